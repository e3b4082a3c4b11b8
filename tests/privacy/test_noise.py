"""Noise against the exact laws, and what must never be drawn."""

import inspect

import numpy as np
import pytest
from scipy import stats

from workbench.errors import BudgetError
from workbench.privacy.noise import LARGEST, Noise, Sensitivity, draw

ONE = Sensitivity(1, 1)


def probabilities(noise: Noise, values: np.ndarray) -> np.ndarray:
    """Exact law on the whole numbers, from its definition."""

    def weight(at: np.ndarray) -> np.ndarray:
        return np.exp(-np.abs(at) / noise.scale) if noise.kind == "laplace" else np.exp(-((at / noise.scale) ** 2) / 2)

    return weight(values) / weight(np.arange(-2000, 2001).astype(float)).sum()


@pytest.mark.parametrize("noise", [Noise("laplace", 3.0), Noise("gaussian", 4.0), Noise("gaussian", 0.8)])
def test_draws_follow_the_exact_law(noise: Noise) -> None:
    drawn = np.array(draw(np.zeros(40_000, dtype=np.int64), noise, ONE, noise.cost(ONE)))
    edge = int(4 * noise.scale) + 1
    values = np.arange(-edge, edge + 1)
    expected = probabilities(noise, values.astype(float)) * drawn.size
    seen = np.array([(drawn == value).sum() for value in values])
    expected, seen = np.append(expected, drawn.size - expected.sum()), np.append(seen, drawn.size - seen.sum())
    keep = expected >= 5
    expected, seen = np.append(expected[keep], expected[~keep].sum()), np.append(seen[keep], seen[~keep].sum())
    chi = ((seen - expected) ** 2 / np.maximum(expected, 1e-9)).sum()
    assert stats.chi2.sf(chi, len(seen) - 1) > 1e-9


def test_noise_cannot_be_drawn_again() -> None:
    assert "seed" not in inspect.signature(draw).parameters
    zeros = np.zeros(200, dtype=np.int64)
    noise = Noise("gaussian", 50.0)
    assert draw(zeros, noise, ONE, noise.cost(ONE)) != draw(zeros, noise, ONE, noise.cost(ONE))


@pytest.mark.parametrize("kind", ["laplace", "gaussian"])
def test_noise_cheaper_than_charged_by_opendp_is_refused(kind: str) -> None:
    noise = Noise("laplace" if kind == "laplace" else "gaussian", 5.0)
    reach = Sensitivity(10, 100)
    with pytest.raises(BudgetError, match="nothing was drawn"):
        draw(np.zeros(3, dtype=np.int64), noise, reach, noise.cost(reach) // 4)
    assert len(draw(np.zeros(3, dtype=np.int64), noise, reach, noise.cost(reach))) == 3


def test_answers_beyond_62_bits_are_held_not_wrapped() -> None:
    noise = Noise("gaussian", 1000.0)
    drawn = draw(np.array([2**63 - 1, -(2**63), 0], dtype=np.int64), noise, ONE, noise.cost(ONE))
    assert [abs(value - held) < 10_000 for value, held in zip(drawn, (LARGEST, -LARGEST, 0), strict=True)] == [True] * 3


def test_figures_stay_whole_numbers_beyond_53_bits() -> None:
    # floats would round these to multiples of 512
    noise = Noise("gaussian", 20.0)
    drawn = draw(np.full(200, 2**61 + 1, dtype=np.int64), noise, ONE, noise.cost(ONE))
    assert len({value % 512 for value in drawn}) > 30
