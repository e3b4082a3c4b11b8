"""Splitting a log forward in time: learn from the past, tune on what follows, test on the end."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from workbench.checks import check_between
from workbench.errors import DataError, InputError

__all__ = ["PARTS", "Split", "split_forward"]

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Split:
    """Where a log is cut.

    Rows of one moment stay together. Where the log has no timestamps, the file's order stands for time and the cuts
    are places in it.

    Attributes:
        order: `time` or `file`.
        train_ends: First moment, or place, after the training rows.
        valid_ends: First moment, or place, after the validation rows.
        test_ends: Last moment of the test rows, or the place after them; rows loaded later belong to no part.
    """

    order: str
    train_ends: datetime | int
    valid_ends: datetime | int
    test_ends: datetime | int

    def part(self, rows: pl.DataFrame) -> pl.Series:
        """Say which part each row belongs to.

        Args:
            rows: Rows in the store's order; with a column `ts` where the order is time.

        Returns:
            `train`, `valid` or `test` for each row; null for rows without a moment and rows loaded later.
        """
        if self.order == "file":
            moment = pl.int_range(pl.len())
            last = moment < self.test_ends
        else:
            moment = pl.col("ts")
            last = moment <= self.test_ends
        part = (
            pl.when(moment < self.train_ends)
            .then(pl.lit("train"))
            .when(moment < self.valid_ends)
            .then(pl.lit("valid"))
            .when(last)
            .then(pl.lit("test"))
        )
        return rows.select(part=part)["part"]

    def __str__(self) -> str:
        if self.order == "file":
            return f"file order, cut at rows {self.train_ends:,} and {self.valid_ends:,} (the log has no timestamps)"
        return f"time order, cut at {self.train_ends} and {self.valid_ends} UTC"

    def to_json(self) -> dict[str, str | int]:
        """Write the cuts as plain data, for a run's folder."""
        cuts = {"train_ends": self.train_ends, "valid_ends": self.valid_ends, "test_ends": self.test_ends}
        plain = {name: cut if isinstance(cut, int) else cut.isoformat() for name, cut in cuts.items()}
        return {"order": self.order, **plain}

    @classmethod
    def from_json(cls, written: dict[str, str | int]) -> "Split":
        """Read what `to_json` wrote."""
        cuts = [written[name] for name in ("train_ends", "valid_ends", "test_ends")]
        read = [cut if isinstance(cut, int) else datetime.fromisoformat(cut) for cut in cuts]
        return cls(str(written["order"]), *read)


def split_forward(rows: pl.DataFrame, *, train: float = 0.7, valid: float = 0.15) -> Split:
    """Cut a log in three, forward in time.

    Args:
        rows: The log in the store's order, with a column `ts` (datetime, null where the log has none).
        train: Share of rows to learn from, in (0, 1).
        valid: Share of rows to tune on, in (0, 1); the rest is for the test.

    Returns:
        The cuts, moved later where they would part rows of one moment.

    Raises:
        InputError: If the shares leave nothing for the test.
        DataError: If a part would be empty because too many rows bear one moment.

    Example:
        >>> print(split_forward(pl.DataFrame({"ts": [None] * 1000}, schema={"ts": pl.Datetime})))
        file order, cut at rows 700 and 850 (the log has no timestamps)
    """
    check_between(train, 0, 1, name="train", hint="give a share such as 0.7")
    check_between(valid, 0, 1, name="valid", hint="give a share such as 0.15")
    if not train + valid < 1:
        raise InputError(f"train + valid == {train + valid:g}, must be < 1: leave a share for the test")
    moments = rows["ts"].drop_nulls().sort()
    if moments.is_empty():
        cuts = round(train * len(rows)), round((train + valid) * len(rows))
        split = Split("file", *cuts, len(rows))
    else:
        first, second = moments[int(train * len(moments))], moments[int((train + valid) * len(moments))]
        if first == moments[0]:
            first = moments.filter(moments > first).min() or first
        if second <= first:
            second = moments.filter(moments > first).min() or first
        split = Split("time", first, second, moments[-1])
    empty = [name for name in PARTS if not (split.part(rows) == name).any()]
    if empty:
        raise DataError(
            f"the {empty[0]} part of the log is empty, each part needs rows: too many rows bear one moment; load rows "
            "of more moments, or drop the timestamps to split by file order"
        )
    return split
