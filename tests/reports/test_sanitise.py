"""What outputs may not bring onto a page."""

import re

import pytest

from workbench.reports._sanitise import clean_html, clean_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'

HOSTILE_HTML = [
    "<script>fetch('https://h.example')</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://h.example/p.png">',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="https://h.example">a</a>',
    '<iframe srcdoc="<script>1</script>"></iframe>',
    '<div style="background:url(https://h.example/x)">a</div>',
    "<style>@import 'https://h.example/x.css'</style>",
    '<object data="https://h.example"></object><embed src="https://h.example">',
    '<form action="https://h.example"><input name=q></form>',
    "<svg><script>alert(1)</script></svg>",
    '<math><mtext><style><img src="https://h.example"></style></mtext></math>',
    '<meta http-equiv="refresh" content="0;url=https://h.example">',
    '<base href="https://h.example"><link rel="stylesheet" href="//h.example">',
]


@pytest.mark.parametrize("html", HOSTILE_HTML)
def test_nothing_in_html_runs_or_fetches(html: str) -> None:
    cleaned = clean_html(f"<p>before</p>{html}<p>after</p>")
    assert "before" in cleaned
    assert "after" in cleaned
    assert not re.search(
        r"h\.example|script|javascript|\son\w+=|url\(|<(iframe|object|embed|form|base|link|meta)", cleaned
    )


def test_tables_and_small_pictures_stay() -> None:
    table = (
        '<table class="workbench-table"><tbody><tr><td style="text-align:right;color:red">3</td></tr></tbody></table>'
    )
    assert re.search(r"text-align: ?right", clean_html(table))
    assert "color" not in clean_html(table)
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=" alt="dot">'
    assert "iVBORw0KGgo=" in clean_html(picture)


def test_columns_of_figures_and_their_titles_stand_at_the_right() -> None:
    rows = "<tr><td>phone</td><td>1,200</td></tr><tr><td>tv</td><td>3.1%</td></tr>"
    cleaned = clean_html(f"<table><thead><tr><th>device</th><th>n</th></tr></thead><tbody>{rows}</tbody></table>")
    assert len(re.findall(r"text-align: ?right", cleaned)) == 3


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body onload='x()'/></foreignObject>",
        '<image href="https://h.example/p.png"/>',
        '<use xlink:href="https://h.example/s.svg#a"/>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<path d="M0 0" onclick="x()"/>',
        '<path fill="url(https://h.example/x)"/>',
        '<path style="fill:url(//h.example/x)"/>',
        "<style>*{background:url(https://h.example)}</style>",
        '<animate attributeName="href" values="https://h.example"/>',
        "<metadata>2026-11-22</metadata>",
    ],
)
def test_nothing_in_svg_runs_or_fetches(inside: str) -> None:
    cleaned = clean_svg(f"{SVG}{inside}<rect width='3'/></svg>")
    assert cleaned is not None
    assert "<rect" in cleaned
    assert not re.search(r"h\.example|script|onclick|onload|foreign|<style|metadata|animate", cleaned)


def test_entities_and_other_documents_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    assert clean_svg(bomb) is None
    assert clean_svg("<html/>") is None
    assert clean_svg("no picture") is None


def test_ids_of_two_pictures_never_meet() -> None:
    first, second = (
        clean_svg(f'{SVG}<clipPath id="clip0"><rect width="{width}"/></clipPath><g clip-path="url(#clip0)"/></svg>')
        for width in (1, 2)
    )
    names = [re.findall(r'id="([^"]+)"', picture or "")[0] for picture in (first, second)]
    assert names[0] != names[1]
    assert f"url(#{names[0]})" in (first or "")
