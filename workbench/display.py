"""How results show themselves in a notebook: plain, escaped HTML tables that follow JupyterLab's theme."""

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["group_keys", "html_block", "html_table"]

_STYLE = (
    "border-collapse:collapse;font:13px var(--jp-ui-font-family,system-ui,sans-serif);font-variant-numeric:tabular-nums"
)


def html_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "") -> str:
    """Draw a table; every cell is escaped, numbers stand at the right.

    Args:
        headers: One title a column.
        rows: Cells by row, already formatted where a format matters; None shows as a dash.
        caption: One line over the table.

    Returns:
        HTML with no script and no reference to anything outside.

    Example:
        >>> "<td" in html_table(["campaign", "CTR"], [["c1", "3.0 %"]])
        True
    """
    head = "".join(f'<th style="padding:4px 12px 4px 0;text-align:left">{escape(title)}</th>' for title in headers)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    title = f'<caption style="text-align:left;padding:4px 0">{escape(caption)}</caption>' if caption else ""
    return (
        f'<table class="workbench-table" style="{_STYLE}">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def group_keys(keys: Iterable[object]) -> list[str]:
    """Name the keys of a group; a key that is missing in the log reads `unknown`.

    Example:
        >>> group_keys(["phone", None, 3])
        ['phone', 'unknown', '3']
    """
    return ["unknown" if key is None else str(key) for key in keys]


def html_block(headline: str, *parts: str, note: str = "") -> str:
    """Put a headline over ready HTML parts and a note under them.

    Args:
        headline: The answer in one line; escaped.
        parts: HTML made by `html_table` or another trusted function.
        note: What limits the answer; escaped.

    Returns:
        One HTML block.
    """
    foot = f'<p style="margin:4px 0;opacity:.75">{escape(note)}</p>' if note else ""
    return (
        '<div class="workbench-result" style="font:13px var(--jp-ui-font-family,system-ui,sans-serif)">'
        f'<p style="margin:4px 0;font-weight:600">{escape(headline)}</p>{"".join(parts)}{foot}</div>'
    )


def _cell(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = "–" if value is None else f"{value:,}" if isinstance(value, int) and number else str(value)
    align = "right" if number else "left"
    return f'<td style="padding:4px 12px 4px 0;text-align:{align};vertical-align:top">{escape(shown)}</td>'
