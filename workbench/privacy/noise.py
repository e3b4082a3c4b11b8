"""Noise on whole numbers: exact discrete samplers of OpenDP, fed by the operating system's randomness.

Nothing here takes a seed: noise that can be drawn again can be taken off again. Answers are integers throughout, since
noise on floating-point numbers has been undone in practice (Mironov 2012; Casacuberta and others 2022).
"""

from dataclasses import dataclass
from math import nextafter, sqrt
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from workbench.errors import BudgetError
from workbench.privacy.accounting import NANO, gaussian_cost, laplace_cost

__all__ = ["LARGEST", "Kind", "Noise", "Sensitivity", "draw"]

Kind = Literal["gaussian", "laplace"]
LARGEST = 2**62
"""Answers are held within plus and minus this before noise, so that noise cannot leave 64 bits."""


@dataclass(frozen=True)
class Sensitivity:
    """How far one person can move the cells of one measure, all cells together.

    Attributes:
        l1: Largest sum of absolute changes.
        l2_squared: Square of the largest Euclidean length of the change.
    """

    l1: int
    l2_squared: int


@dataclass(frozen=True)
class Noise:
    """A law of noise on the whole numbers, the same and independent in every cell.

    Attributes:
        kind: `gaussian` or `laplace`, both discrete.
        scale: Sigma of the Gaussian, or the scale of the Laplace law; > 0.
    """

    kind: Kind
    scale: float

    def cost(self, sensitivity: Sensitivity) -> int:
        """Price of this noise on such a measure, in billionths of rho, rounded up."""
        if self.kind == "gaussian":
            return gaussian_cost(sensitivity.l2_squared, self.scale)
        return laplace_cost(sensitivity.l1, self.scale)


def draw(exact: npt.NDArray[np.int64], noise: Noise, sensitivity: Sensitivity, charged: int) -> list[int]:
    """Add fresh noise to every cell.

    Args:
        exact: Answers without noise [cells], within plus and minus `LARGEST`.
        noise: The law.
        sensitivity: How far one person can move them.
        charged: What the ledger was charged for it, in billionths of rho.

    Returns:
        Noisy answers [cells].

    Raises:
        BudgetError: If OpenDP's own privacy map says that this noise costs more than was charged.
    """
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_gaussian, make_laplace
    from opendp.metrics import l1_distance, l2_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    mechanism: Any
    cells = vector_domain(atom_domain(T="i64"))
    if noise.kind == "gaussian":
        mechanism = make_gaussian(cells, l2_distance(T="f64"), scale=noise.scale)
        rho = mechanism.map(nextafter(sqrt(sensitivity.l2_squared), float("inf")))
    else:
        mechanism = make_laplace(cells, l1_distance(T="i64"), scale=noise.scale)
        rho = mechanism.map(sensitivity.l1) ** 2 / 2
    if rho > charged / NANO * (1 + 1e-9):
        raise BudgetError(f"the noise costs rho {rho:g}, the ledger was charged {charged / NANO:g}: nothing was drawn")
    bounded = np.ascontiguousarray(np.clip(exact, -LARGEST, LARGEST), dtype=np.int64)
    return [int(value) for value in mechanism(bounded)]
