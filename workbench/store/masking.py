"""What may be shown of a file's cells before it is loaded: common values, and the shape of all others."""

import re
from collections.abc import Mapping

import polars as pl

from workbench.store.choices import PSEUDONYM, FileChoice
from workbench.store.mapping import Personal
from workbench.store.pseudonyms import PseudonymKey, is_personal

__all__ = ["MASKED_SAMPLES", "masked", "masked_samples"]

MASKED_SAMPLES = 3
_COMMON = 10  # A value that so many rows share says little about any of them.
_LONGEST_VALUE, _LONGEST_SHAPE = 24, 16
_DIRECT = re.compile(r"@|\d{7,}|\d+\.\d+\.\d+\.\d+")  # An address, a telephone number, a number of the network.


def masked_samples(cells: pl.DataFrame, choice: FileChoice, key: PseudonymKey) -> dict[str, tuple[str, ...]]:
    """Say what a few cells of each column look like, such that no person can be told from them.

    Args:
        cells: First rows of a file as text.
        choice: Where the columns go: what becomes a pseudonym is shown as the beginning of one.
        key: The store's key.

    Returns:
        Column -> at most three values or shapes, the most frequent first.
    """
    people = {one.column for one in choice.columns if one.target == PSEUDONYM or is_personal(one.target)}
    named = Personal(frozenset(name.lower() for name in people))
    found = {}
    for column in cells.iter_columns():
        counted = column.drop_nulls().value_counts(name="times").sort("times", column.name, descending=[True, False])
        shown: Mapping[str, None] = dict.fromkeys(
            _pseudonym(value, key) if named.holds(column.name) else masked(value, times)
            for value, times in counted.head(200).iter_rows()
        )
        found[column.name] = tuple(shown)[:MASKED_SAMPLES]
    return found


def masked(value: str, times: int) -> str:
    """Show a value that many rows share, and of any other only its shape.

    Args:
        value: A cell.
        times: Number of rows that have it.

    Example:
        >>> masked("phone", 400), masked("phone", 3), masked("lin.wei@shop.cn", 400), masked("2017-05-06 10:00", 1)
        ('phone', 'aaaaa', 'aaa.aaa@aaaa.aa', '9999-99-99 99:99')
    """
    if times >= _COMMON and len(value) <= _LONGEST_VALUE and not _DIRECT.search(value):
        return value
    shape = re.sub(r"[^\W\d_]", lambda letter: "a" if letter[0].isascii() else "字", re.sub(r"\d", "9", value))
    return shape if len(shape) <= _LONGEST_SHAPE else f"{shape[:_LONGEST_SHAPE]}…"


def _pseudonym(value: str, key: PseudonymKey) -> str:
    return f"{key.pseudonym(value)[:3]}…"
