"""Corrections for looking at many metrics and segments at once.

Twenty comparisons of two equal arms show one p-value below .05 on average. Holm's correction keeps the chance of any
false alarm at the level; Benjamini and Hochberg's keeps the share of false alarms among the alarms there.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

__all__ = ["CORRECTIONS", "Correction", "adjust"]

Correction = Literal["holm", "benjamini-hochberg", "none"]

CORRECTIONS: tuple[Correction, ...] = ("holm", "benjamini-hochberg", "none")


def adjust(p_values: Sequence[float], correction: Correction = "holm") -> list[float]:
    """Adjust p-values for how many there are.

    Args:
        p_values: One for each comparison, in [0, 1]; NaN where nothing could be compared, which counts for nothing.
        correction: `holm` (familywise), `benjamini-hochberg` (false discovery rate) or `none`.

    Returns:
        Adjusted p-values in the order given, in [0, 1]; NaN stays NaN.

    Source:
        Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6.
        Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, J. R. Statist. Soc. B 57.

    Example:
        >>> [round(p, 3) for p in adjust([0.01, 0.04, 0.03])]
        [0.03, 0.06, 0.06]
        >>> [round(p, 3) for p in adjust([0.01, 0.04, 0.03], "benjamini-hochberg")]
        [0.03, 0.04, 0.04]
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = given.copy()
    known = np.flatnonzero(~np.isnan(given))
    count = len(known)
    if correction == "none" or count == 0:
        return [float(p) for p in adjusted]
    order = known[np.argsort(given[known], kind="stable")]
    ranks = np.arange(count)
    if correction == "holm":
        steps = np.maximum.accumulate(given[order] * (count - ranks))
    else:
        steps = np.minimum.accumulate((given[order] * count / (ranks + 1))[::-1])[::-1]
    adjusted[order] = np.minimum(steps, 1.0)
    return [float(p) for p in adjusted]
