"""Bars say the same by side, colour and word, and let no text through as HTML."""

from workbench.explanation.bars import Bar, html_bars


def test_sides_and_words_agree() -> None:
    drawn = html_bars([Bar("interest", 0.4, "+0.4"), Bar("hour", -0.2, "-0.2")])
    assert drawn.index('title="raises"') < drawn.index('title="lowers"')
    assert "width:100.0%" in drawn
    assert "width:50.0%" in drawn


def test_text_is_escaped() -> None:
    drawn = html_bars([Bar("<script>", 1, "<b>")], caption="<i>")
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn


def test_nothing_and_zeros_are_drawn() -> None:
    assert "<table" in html_bars([])
    assert "width:0.0%" in html_bars([Bar("noise", 0.0, "0")])
