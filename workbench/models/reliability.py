"""Reliability: do predicted probabilities come true?"""

from math import isfinite, nan, pi, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.models.intervals import Estimate, clustered_error, estimate

__all__ = [
    "calibration_by",
    "calibration_error",
    "calibration_error_by_chance",
    "predicted_over_observed",
    "reliability_table",
]

_GROUP = {"rows": pl.Int64, "events": pl.Int64} | dict.fromkeys(("predicted", "ratio", "low", "high"), pl.Float64)


def reliability_table(
    labels: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    clusters: NDArray[np.int64] | None = None,
    *,
    bins: int = 15,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compare predicted with observed shares in bins that hold equally many rows.

    Args:
        labels: Whether the event came, `[rows]`.
        probabilities: Predicted probabilities in [0, 1], `[rows]`.
        clusters: Code of the person behind each row, `[rows]`; None where every row stands alone.
        bins: Number of bins; rows are cut by rank of their probability, so bins hold equally many rows to one.
        level: Confidence level of the observed share's interval.

    Returns:
        One row a bin, lowest first: `rows`, `predicted` (mean), `observed` (share), `low`, `high`. The interval is on
        the logit scale and null in a bin with no event or only events.
    """
    order = np.argsort(probabilities, kind="stable")
    rows = []
    for part in np.array_split(order, min(bins, len(order))):
        happened = labels[part].astype(np.float64)
        observed = float(happened.mean())
        error = clustered_error((happened - observed) / len(part), None if clusters is None else clusters[part])
        share = estimate(observed, error, level=level, scale="logit")
        ends = [end if isfinite(end) else None for end in (share.low, share.high)]
        rows.append((len(part), float(probabilities[part].mean()), observed, *ends))
    names = {"rows": pl.Int64, "predicted": pl.Float64, "observed": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


def calibration_by(
    groups: pl.Series,
    labels: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    clusters: NDArray[np.int64] | None = None,
    *,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compare predicted with observed events group by group, for example campaign by campaign.

    Args:
        groups: Group of each row, `[rows]`; its name becomes the first column's.
        labels: Whether the event came, `[rows]`.
        probabilities: Predicted probabilities in [0, 1], `[rows]`.
        clusters: Code of the person behind each row, `[rows]`; None where every row stands alone.
        level: Confidence level of the ratio's interval.

    Returns:
        One row a group, the farthest from 1 first: the group, `rows`, `events`, `predicted` (events foreseen), `ratio`
        (predicted over observed), `low`, `high`. A group without events has no ratio and stands last.
    """
    found = []
    places = pl.DataFrame({"group": groups}).with_row_index("row").group_by("group", maintain_order=True).agg("row")
    for rows in places["row"]:
        people = None if clusters is None else clusters[rows]
        ratio = predicted_over_observed(labels[rows], probabilities[rows], people, level=level)
        ends = [end if isfinite(end) else None for end in (ratio.value, ratio.low, ratio.high)]
        found.append((len(rows), int(labels[rows].sum()), float(probabilities[rows].sum()), *ends))
    table = pl.DataFrame(found, schema=_GROUP, orient="row").insert_column(0, places["group"].alias(groups.name))
    return table.sort(pl.col("ratio").log().abs(), descending=True, nulls_last=True)


def calibration_error(table: pl.DataFrame) -> float:
    """Find the expected calibration error (ECE): mean distance of predicted from observed, weighted by rows.

    Args:
        table: What `reliability_table` returned.

    Returns:
        The error as a probability, 0 to 1.

    Source:
        Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI,
        with bins of equal mass as in Nixon et al. (2019), Measuring calibration in deep learning, sec. 4.
    """
    rows, gaps = table["rows"].to_numpy(), (table["predicted"] - table["observed"]).abs().to_numpy()
    return float((rows * gaps).sum() / rows.sum())


def calibration_error_by_chance(table: pl.DataFrame) -> float:
    """Say what calibration error a perfectly calibrated model would show on as many rows.

    The observed share of a bin strays from the true one by chance, so the error of a perfect model is not 0.

    Args:
        table: What `reliability_table` returned.

    Returns:
        The expected error by the normal approximation, taking rows as independent.
    """
    rows, share = table["rows"].to_numpy(), table["predicted"].to_numpy()
    return float((rows * np.sqrt(share * (1 - share) / rows)).sum() / rows.sum() * sqrt(2 / pi))


def predicted_over_observed(
    labels: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    clusters: NDArray[np.int64] | None = None,
    *,
    level: float = 0.95,
) -> Estimate:
    """Divide the number of events predicted by the number that came.

    Args:
        labels: Whether the event came, `[rows]`.
        probabilities: Predicted probabilities in [0, 1], `[rows]`.
        clusters: Code of the person behind each row, `[rows]`; None where every row stands alone.
        level: Confidence level.

    Returns:
        The ratio, 1 where predictions hold on average; NaN where no event came. The interval is by the delta method on
        the log scale.
    """
    events = float(labels.sum())
    if not events:
        return Estimate(nan, nan, nan, level)
    ratio = float(probabilities.sum()) / events
    error = clustered_error((probabilities - ratio * labels) / events, clusters)
    return estimate(ratio, error, level=level, scale="log")
