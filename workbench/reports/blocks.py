"""The pieces of a page. Each function escapes what it is given, or says that it must be clean already."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]  # pygments ships no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # as above
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # as above

from workbench.reports._markdown import to_html
from workbench.reports.page import Fact

__all__ = [
    "answer_block",
    "aside_block",
    "budget_block",
    "chart_block",
    "code_block",
    "folded_block",
    "printed_block",
    "prose_block",
    "record_block",
    "stopped_block",
    "table_block",
    "withheld_block",
]


def prose_block(text: str) -> Markup:
    """The author's Markdown."""
    return Markup('<div class="prose">{}</div>').format(to_html(text))


def aside_block(text: str) -> Markup:
    """How we know: assumptions and limits, set apart from the answer."""
    return Markup('<aside class="how">{}</aside>').format(to_html(text))


def answer_block(text: str) -> Markup:
    """The answer to a section's question."""
    return Markup('<p class="answer">{}</p>').format(text)


def table_block(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table of formatted cells; columns of figures stand at the right."""
    cells = [tuple(row) for row in rows]
    kinds = [all(_figure(row[place]) for row in cells) for place in range(len(columns))]
    head = _row("th", columns, kinds)
    body = Markup("").join(_row("td", row, kinds) for row in cells)
    return Markup('<div class="scroll"><table><thead>{}</thead><tbody>{}</tbody></table></div>').format(head, body)


def _row(tag: str, texts: Sequence[str], figures: Sequence[bool]) -> Markup:
    plain, right = Markup(f"<{tag}>{{}}</{tag}>"), Markup(f'<{tag} class="number">{{}}</{tag}>')  # noqa: S704 - own tags
    cells = ((right if figure else plain).format(text) for text, figure in zip(texts, figures, strict=True))
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _figure(text: str) -> bool:
    return text[:1] in "0123456789+−-–" or text.startswith("no ")


def folded_block(summary: str, inside: Markup) -> Markup:
    """Something to look up: folded on a screen, open in print."""
    return Markup('<details class="table"><summary>{}</summary>{}</details>').format(summary, inside)


def chart_block(title: str, wide: Markup, narrow: Markup | None, table: Markup | None) -> Markup:
    """A chart and the table behind it.

    Args:
        title: What it shows.
        wide: A clean picture.
        narrow: The same for telephones; the wide one serves where there is none.
        table: Made by `table_block`; None where there is none.
    """
    if narrow is None:
        pictures = Markup("<div>{}</div>").format(wide)
    else:
        pictures = Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(wide, narrow)
    behind = folded_block("Table behind this chart", table) if table is not None else Markup("")
    kind = Markup("") if narrow is not None else Markup(" foreign")
    return Markup('<figure class="chart{}" aria-label="{}">{}{}</figure>').format(kind, title, pictures, behind)


def code_block(source: str) -> Markup:
    """The code of a section, folded."""
    coloured = Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))  # noqa: S704 - pygments escapes
    return Markup('<details class="code"><summary>Code</summary><pre>{}</pre></details>').format(coloured)


def printed_block(text: str) -> Markup:
    """Text that a cell printed."""
    return Markup("<pre>{}</pre>").format(text)


def stopped_block(kind: str) -> Markup:
    """A cell that stopped, by the type of its error only."""
    return Markup('<p class="stopped">This step stopped with {}. Its message is in the notebook.</p>').format(kind)


def withheld_block(what: Sequence[str], why: str) -> Markup:
    """Parts that are not shown, named in their place.

    Args:
        what: What each of them is.
        why: Why they are left out, for all of them.
    """
    return Markup('<p class="withheld"><strong>Not shown here:</strong> {}. Why: {}.</p>').format("; ".join(what), why)


def budget_block(share: float, text: str) -> Markup:
    """How much of the privacy budget is spent.

    Args:
        share: Spent over total, in [0, 1].
        text: The same in words.
    """
    return Markup(
        '<div class="budget"><div class="gauge" role="img" aria-label="{}"><span style="width:{}%"></span></div>'
        "<p>{}</p></div>"
    ).format(text, f"{100 * min(max(share, 0.0), 1.0):.1f}", text)


def record_block(facts: Iterable[Fact]) -> Markup:
    """Facts with their labels, one under the other."""
    lines = (Markup("<dt>{}</dt><dd>{}</dd>").format(fact.label, fact.value) for fact in facts)
    return Markup('<dl class="record">{}</dl>').format(Markup("").join(lines))
