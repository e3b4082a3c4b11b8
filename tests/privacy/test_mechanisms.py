"""The noise that a share of the budget buys."""

import numpy as np
import pytest

from workbench.errors import BudgetError
from workbench.privacy.intervals import half_width
from workbench.privacy.mechanisms import fit_noise
from workbench.privacy.noise import Sensitivity


def test_noise_never_costs_more_than_its_share_and_wastes_little() -> None:
    draw = np.random.default_rng(1)
    for _ in range(300):
        reach = int(draw.integers(1, 10_000))
        rho_nano = int(draw.lognormal(14, 3)) + 1
        for sensitivity in (Sensitivity(reach, reach**2), Sensitivity(reach, reach)):
            cost = fit_noise(sensitivity, rho_nano).cost(sensitivity)
            assert cost <= rho_nano
            assert cost >= 0.9999 * rho_nano - 1


def test_the_law_with_the_smaller_error_is_taken() -> None:
    for rho_nano in (1_000_000, 50_000_000, 900_000_000, 4_000_000_000):
        sensitivity = Sensitivity(3, 9)
        laws = [half_width(fit_noise(sensitivity, rho_nano, kind=kind)) for kind in ("gaussian", "laplace")]
        assert half_width(fit_noise(sensitivity, rho_nano)) == min(laws)


def test_counting_people_over_many_cells_needs_less_noise_than_counting_rows() -> None:
    rows, people = Sensitivity(100, 10_000), Sensitivity(100, 100)
    assert fit_noise(people, 10_000_000).scale == pytest.approx(fit_noise(rows, 10_000_000).scale / 10, rel=1e-5)


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(BudgetError, match="spend more or ask fewer measures"):
        fit_noise(Sensitivity(1, 1), 0)
