"""The page for those inside: everything the notebook showed, cleaned of what could run or reach outside."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from workbench.reports._sanitise import clean_html, clean_svg
from workbench.reports.blocks import (
    answer_block,
    chart_block,
    folded_block,
    printed_block,
    prose_block,
    record_block,
    stopped_block,
    table_block,
    withheld_block,
)
from workbench.reports.figure import FIGURE_MIME
from workbench.reports.outline import Outline
from workbench.reports.page import FOOTER, Cover, Fact, Page
from workbench.reports.sentence import SENTENCE_MIME
from workbench.reports.templates import tags

__all__ = ["internal_page"]


def internal_page(notebook: NotebookNode, *, title: str, facts: tuple[Fact, ...], provenance: tuple[Fact, ...]) -> Page:
    """Lay out an executed notebook for readers who may see everything.

    Args:
        notebook: The executed notebook.
        title: The report's name; the notebook's first heading where it is empty.
        facts: For the cover.
        provenance: For the section that says where everything comes from.

    Returns:
        The page.
    """
    outline, headline = Outline(), ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            outline.write(cell.source, aside="how" in tags(cell))
        if cell.cell_type != "code":
            continue
        said = _said(cell) if "answer" in tags(cell) and not headline else ""
        if said:
            headline = said
        else:
            for block in map(_block, cell.outputs):
                outline.add(folded_block(_label(cell), block) if "table" in tags(cell) else block)
        outline.add_code(cell.source)
    outline.open("Where this comes from")
    outline.add(record_block(provenance))
    cover = Cover(
        title=title or outline.title or "Report",
        audience="internal",
        reading="For colleagues. It holds figures that are not protected: do not pass it on.",
        answer=headline,
        facts=facts,
    )
    return Page(cover, outline.close(), FOOTER)


def _label(cell: NotebookNode) -> str:
    """What a folded table holds, in the author's words."""
    said = str(cell.metadata.get("workbench", {}).get("shows", "")) or "all figures"
    return said[0].upper() + said[1:]


def _said(cell: NotebookNode) -> str:
    for output in cell.outputs:
        data = output.get("data", {})
        if SENTENCE_MIME in data:
            return str(data[SENTENCE_MIME].get("text", ""))
    return ""


def _block(output: Mapping[str, Any]) -> Markup:
    if output["output_type"] == "stream":
        return printed_block(_text(output["text"]))
    if output["output_type"] == "error":
        return stopped_block(str(output["ename"]))
    data: Mapping[str, Any] = output["data"]
    if SENTENCE_MIME in data:
        return answer_block(str(data[SENTENCE_MIME].get("text", "")))
    if FIGURE_MIME in data:
        return _figure(_text(data.get("image/svg+xml", "")), data[FIGURE_MIME])
    for mime, show in _SHOWN_AS.items():
        if mime in data:
            return show(_text(data[mime]))
    return withheld_block(["an output"], "this page cannot show its kind")


def _figure(wide: str, figure: Mapping[str, Any]) -> Markup:
    table = table_block(
        [str(name) for name in figure["columns"]], [[str(cell) for cell in row] for row in figure["rows"]]
    )
    pictures = [clean_svg(picture) for picture in (wide, str(figure["narrow"]))]
    if pictures[0] is None or pictures[1] is None:
        return table
    wide_picture, narrow_picture = (Markup(picture) for picture in pictures)  # noqa: S704 - cleaned just above
    return chart_block(str(figure["title"]), wide_picture, narrow_picture, table)


def _html(text: str) -> Markup:
    return Markup('<div class="scroll">{}</div>').format(Markup(clean_html(text)))  # noqa: S704 - cleaned here


def _svg(text: str) -> Markup:
    picture = clean_svg(text)
    if picture is None:
        return withheld_block(["a picture"], "it is no plain SVG")
    return chart_block("Picture", Markup(picture), None, None)  # noqa: S704 - cleaned just above


def _bitmap(mime: str, text: str) -> Markup:
    letters = re.sub(r"[^A-Za-z0-9+/=]", "", text)
    image = Markup('<img alt="Picture made by the code of this section" src="data:{};base64,{}">').format(mime, letters)
    return chart_block("Picture", image, None, None)


def _text(content: object) -> str:
    return "".join(content) if isinstance(content, list) else str(content)


_SHOWN_AS = {
    "text/html": _html,
    "image/svg+xml": _svg,
    "image/png": lambda text: _bitmap("image/png", text),
    "image/jpeg": lambda text: _bitmap("image/jpeg", text),
    "text/markdown": prose_block,
    "text/plain": printed_block,
}
