"""Sample-ratio check: did the arms get the shares of users they were meant to get?

Where they did not, something removes users of one arm more often than of another (a crash, a filter, a broken
assignment), and a lift compares different people. No lift should be read before it is explained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from scipy.special import chdtrc

from workbench.errors import InputError

__all__ = ["MISMATCH", "SampleRatio", "sample_ratio"]

MISMATCH = 1e-3
"""p-value below which the shares count as wrong: one false alarm in a thousand sound experiments."""


@dataclass(frozen=True)
class SampleRatio:
    """Units by arm against their expected shares.

    Attributes:
        counts: Units in each arm.
        shares: Expected share of each arm, in (0, 1), together 1.
        statistic: Pearson's chi-square.
        p_value: Chance of shares at least this far off in a sound experiment.
    """

    counts: Mapping[str, int]
    shares: Mapping[str, float]
    statistic: float
    p_value: float

    @property
    def mismatch(self) -> bool:
        """Whether the arms are too far off to be chance."""
        return self.p_value < MISMATCH

    def __str__(self) -> str:
        counts = ", ".join(f"{arm} {count:,}" for arm, count in self.counts.items())
        verdict = "not what was planned" if self.mismatch else "as planned"
        chance = "p < 0.0001" if self.p_value < 1e-4 else f"p = {self.p_value:.2g}"
        return f"sample ratio {verdict} ({counts}; {chance})"


def sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float] | None = None) -> SampleRatio:
    """Test whether arms got their expected shares of units.

    Args:
        counts: Units (users) in each arm; at least two arms, not all empty.
        shares: Expected share of each arm in any scale; equal shares by default.

    Returns:
        The test; `mismatch` is true below p = 0.001.

    Raises:
        InputError: If there are fewer than two arms, no units, or shares that do not fit the arms.

    Source:
        Fabijan, A. et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD.

    Example:
        >>> print(sample_ratio({"A": 1000, "B": 1200}))
        sample ratio not what was planned (A 1,000, B 1,200; p < 0.0001)
    """
    total = sum(counts.values())
    if len(counts) < 2 or total == 0:
        raise InputError(f"{len(counts)} arms with {total} units, must be at least 2 arms and 1 unit")
    given = dict.fromkeys(counts, 1.0) if shares is None else shares
    if set(given) != set(counts) or not all(isfinite(share) and share > 0 for share in given.values()):
        raise InputError(
            f"shares for {', '.join(map(str, given))}, must be one number > 0 for each of {', '.join(counts)}: "
            'give for example {"A": 1, "B": 1}'
        )
    scale = sum(given.values())
    expected = {arm: given[arm] / scale for arm in counts}
    statistic = sum((counts[arm] - total * expected[arm]) ** 2 / (total * expected[arm]) for arm in counts)
    return SampleRatio(dict(counts), expected, statistic, float(chdtrc(len(counts) - 1, statistic)))
