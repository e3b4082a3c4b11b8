"""The author's own text: Markdown to HTML, with raw HTML shown as text and nothing fetched."""

import re
from dataclasses import dataclass
from typing import Any

import mistune
from markupsafe import Markup, escape
from mistune.plugins import import_plugin

__all__ = ["Passage", "passages", "to_html"]


@dataclass(frozen=True)
class Passage:
    """A stretch of text under one heading.

    Attributes:
        level: 1 for the title, 2 for a section, 0 for text that belongs to what stands before.
        title: The heading, plain text; empty at level 0.
        text: Markdown below the heading.
    """

    level: int
    title: str
    text: str


class _Quiet(mistune.HTMLRenderer):
    """Writes no link and no picture that would leave the page."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#"):
            return super().link(text, url, title)
        return text if text == url else f"{text} ({escape(url)})"

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's own signature
        return f"<em>picture: {escape(title) if title else text}</em>"


def to_html(text: str) -> Markup:
    r"""Turn Markdown into HTML; raw HTML inside it is shown, not obeyed.

    Args:
        text: Markdown with tables and definition lists.

    Returns:
        HTML without links that leave the page.

    Example:
        >>> to_html("*CTR* <b>now</b>")
        Markup('<p><em>CTR</em> &lt;b&gt;now&lt;/b&gt;</p>\n')
    """
    plugins: list[Any] = ["table", "strikethrough", "def_list"]
    markdown = mistune.Markdown(renderer=_Quiet(escape=True), plugins=[import_plugin(name) for name in plugins])
    html = str(markdown(text)).replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")
    return Markup(html)  # noqa: S704 mistune escapes everything but its own marks


def passages(text: str) -> list[Passage]:
    r"""Cut a Markdown cell at its headings of level 1 and 2.

    Args:
        text: The cell's source.

    Returns:
        The passages in order; text before the first heading has level 0.

    Example:
        >>> [(p.level, p.title) for p in passages("# Review\nIntro\n## What ran?\nText")]
        [(1, 'Review'), (2, 'What ran?')]
    """
    found: list[Passage] = []
    level, title, lines, fenced = 0, "", [], False
    for line in [*text.splitlines(), "# "]:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else re.match(r"(#{1,2})\s+(.*)|(# )$", line)
        if heading is None:
            lines.append(line)
            continue
        if level or "\n".join(lines).strip():
            found.append(Passage(level, title, "\n".join(lines).strip()))
        level, title, lines = len(heading.group(1) or ""), (heading.group(2) or "").strip(" #"), []
    return found
