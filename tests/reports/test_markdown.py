"""The author's text: shown as written, never obeyed, fetching nothing."""

from workbench.reports._markdown import passages, to_html


def test_raw_html_is_shown_not_obeyed() -> None:
    html = to_html("a <script>alert(1)</script> b\n\n<img src=x onerror=y>")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_links_and_pictures_leave_the_page_nowhere() -> None:
    html = to_html(
        "[rules](https://a.example/r) ![chart](https://a.example/c.png) [how](#how) [x](javascript:alert(1))"
    )
    assert "<img" not in html
    assert 'href="http' not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert 'href="#how"' in html


def test_tables_and_definitions_are_drawn() -> None:
    html = to_html("| a | b |\n|---|---|\n| 1 | 2 |\n\nCTR\n: Click-through rate.")
    assert "<table>" in html
    assert "<dt>CTR</dt>" in html


def test_headings_inside_code_do_not_cut() -> None:
    found = passages("intro\n## One\ntext\n```\n# no heading\n```\n### deeper\n# Title")
    assert [(passage.level, passage.title) for passage in found] == [(0, ""), (2, "One"), (1, "Title")]
    assert "# no heading" in found[1].text
    assert "### deeper" in found[1].text
