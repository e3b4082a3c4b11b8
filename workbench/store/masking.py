"""What may be shown of a file's cells before it is loaded: common values, and the shape of all others."""

import re
from collections.abc import Mapping

import polars as pl

from workbench.store.choices import PSEUDONYM, FileChoice
from workbench.store.mapping import Personal
from workbench.store.pseudonyms import PseudonymKey, is_personal

__all__ = ["MASKED_SAMPLES", "masked", "masked_samples"]

MASKED_SAMPLES = 3
_COMMON = 10  # Rows that share a value, and where people are known people, before it says little about any of them.
_MOST_VALUES = 20  # A column with more different values may name somebody.
_LONGEST_VALUE, _LONGEST_SHAPE = 24, 16


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
    user = next((one.column for one in choice.columns if is_personal(one.target)), None)
    found = {}
    for column in cells.iter_columns():
        persons = cells[user] if user is not None else pl.Series(range(len(column)))
        pairs = pl.DataFrame({"cell": column, "person": persons}).drop_nulls("cell")
        counted = pairs.group_by("cell").agg(pl.len().alias("rows"), pl.col("person").n_unique().alias("people"))
        common = len(counted) <= _MOST_VALUES
        shown: Mapping[str, None] = dict.fromkeys(
            _pseudonym(cell, key) if named.holds(column.name) else masked(cell, people if common else 0)
            for cell, _, people in counted.sort("rows", "cell", descending=[True, False]).head(200).iter_rows()
        )
        found[column.name] = tuple(shown)[:MASKED_SAMPLES]
    return found


def masked(value: str, people: int) -> str:
    """Show a value that many people share, and of any other only its shape.

    Args:
        value: A cell.
        people: Number of people, or rows where people are not known, that have it.

    Example:
        >>> masked("phone", 400), masked("phone", 3), masked("lin.wei@shop.cn", 400), masked("2017-05-06 10:00", 1)
        ('phone', 'aaaaa', 'aaa.aaa@aaaa.aa', '9999-99-99 99:99')
    """
    if people >= _COMMON and len(value) <= _LONGEST_VALUE and not _is_direct(value):
        return value
    shape = "".join(map(_sign, value[: _LONGEST_SHAPE + 1]))
    return shape if len(shape) <= _LONGEST_SHAPE else f"{shape[:_LONGEST_SHAPE]}…"


def _is_direct(value: str) -> bool:
    """Whether it may be an address or a number of a person or a device, however common."""
    network = re.search(r"\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F]*:", value)
    return "@" in value or len(re.sub(r"\D", "", value)) > 6 or network is not None


def _sign(letter: str) -> str:
    if letter.isascii():
        return "9" if letter.isdigit() else "a" if letter.isalpha() else letter
    return "字"


def _pseudonym(value: str, key: PseudonymKey) -> str:
    return f"{key.pseudonym(value)[:3]}…"
