"""Markdown of a notebook that is passed on, read back by three programs that show notebooks."""

from collections.abc import Callable
from random import Random

import mistune
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from workbench.reports._offline import offline_markdown, plain_markdown

READERS: list[Callable[[str], str]] = [
    lambda text: str(mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url", "math"])(text)),
    lambda text: str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)),
    markdown2html_mistune,
]
HARMLESS = {
    *("blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
PIECES = [
    "![x](http://evil.example/t.png)", "<img src=http://evil.example/t.png>", "[go](http://evil.example/a)",
    "<http://evil.example/auto>", "http://evil.example/bare", "www.evil.example", "a@evil.example", "[see][ref]",
    "[ref]: http://evil.example/r", "![p][ref]", "<script>alert(1)</script>", "<!--", "-->", "$", "$$", "\\(", "\\)",
    "\\", "`", "``", "```", "~~~", '~~~">x', "    ", "\n", "\n\n", " ", "> ", "- ", "1. ", "# ", "### ",
    "| a | b |\n|---|---|\n",
    "*", "**", "_", "~~", "!", "[", "]", "](", ")", "(", "<", ">", "&lt;", "&#105;", "http:", "//", "\\/", "&#47;",
    "www", ".evil.example", "<a href='http://evil.example'>", "</a>", "<svg onload=x>", "javascript:alert(1)",
    "[j](javascript:alert(1))",
    "[own](#top)", "word", "data:image/png;base64,AA", "\\href{http://evil.example}{x}", "```html\n",
    "`![x](http://evil.example)`",
]  # fmt: skip


def dangers(text: str) -> list[str]:
    """What a reader's program would fetch, follow, run or typeset."""
    found = []
    for read in READERS:
        for tag in BeautifulSoup(read(text), "html.parser").find_all(True):
            outside = tag.name == "a" and not str(tag.get("href", "#")).startswith("#")
            handlers = [name for name in tag.attrs if name.startswith("on") or name in {"src", "srcset"}]
            if outside or handlers or tag.name not in HARMLESS | {"a"} or "math" in tag.get("class", []):
                found.append(str(tag))
    return found


def test_the_readers_find_what_is_dangerous() -> None:
    for piece in ("![x](http://e.example)", "<img src=x>", "[go](http://e.example)", "<http://e.example>", "<script>1"):
        assert dangers(piece)


def test_nothing_an_author_writes_is_fetched_or_followed() -> None:
    draw = Random(9)
    for _ in range(1_500):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 12)))
        assert not dangers(offline_markdown(text)), text
        assert not dangers(plain_markdown(text)), text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Plain *CTR* by **day**, `n` of ~~all~~.", "Plain *CTR* by **day**, `n` of ~~all~~."),
        ("- one\n- two\n  - three", "- one\n- two\n  - three"),
        ("### How\n\n1. a\n2. b\n\n> said", "### How\n\n1. a\n2. b\n\n> said"),
        ("| a | b |\n|---|--:|\n| 1 | x\\|y |", "| a | b |\n| --- | ---: |\n| 1 | x\\|y |"),
        ("```python\nn = 3\n```", "```python\nn = 3\n```"),
        ("AT&amp;T, 3 < 4 and user_id", "AT\\&T, 3 \\< 4 and user_id"),
        ("[own](#one) and [out](http://a.example)", "[own](#one) and out (`http://a.example`)"),
    ],
)
def test_plain_prose_keeps_its_meaning(text: str, written: str) -> None:
    assert offline_markdown(text) == written
    for read in READERS[:2]:
        if "[" not in text:
            assert BeautifulSoup(read(text), "html.parser") == BeautifulSoup(read(written), "html.parser")


@pytest.mark.parametrize("text", ["# 1", "1. x", "- x", "a*b*", "_x_", "<b>", "a | b", "&amp;", "=== x", "> x", "`x`"])
def test_a_name_is_shown_as_it_is(text: str) -> None:
    for read in READERS[:2]:
        assert BeautifulSoup(read(plain_markdown(text)), "html.parser").get_text().strip() == text
