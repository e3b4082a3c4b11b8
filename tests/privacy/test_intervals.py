"""Intervals against the exact law, against OpenDP's own figures, and against many draws."""

import numpy as np
import pytest

from workbench.privacy.intervals import half_width, ratios
from workbench.privacy.noise import Kind, Noise, Sensitivity, draw

ONE = Sensitivity(1, 1)


def drawn(noise: Noise, number: int, value: int = 0) -> np.ndarray:
    return np.array(draw(np.full(number, value, dtype=np.int64), noise, ONE, noise.cost(ONE)), dtype=np.int64)


def exact_coverage(noise: Noise, within: int) -> float:
    at = np.arange(-200_000, 200_001, dtype=float)
    weight = np.exp(-np.abs(at) / noise.scale) if noise.kind == "laplace" else np.exp(-((at / noise.scale) ** 2) / 2)
    return float(weight[np.abs(at) <= within].sum() / weight.sum())


def test_half_widths_meet_those_of_opendp() -> None:
    # opendp 0.16.0: discrete_laplacian_scale_to_accuracy(50, .05) = 150.28, discrete_gaussian(200, .05) = 393
    assert half_width(Noise("laplace", 50.0)) == pytest.approx(150.28, abs=2)
    assert half_width(Noise("gaussian", 200.0)) == pytest.approx(393, abs=2)


@pytest.mark.parametrize("kind", ["laplace", "gaussian"])
def test_coverage_is_at_most_half_a_point_below_and_nearly_exact_at_larger_scales(kind: Kind) -> None:
    for scale in (0.01, 0.3, 1.0, 2.5, 7.0, 12.5, 40.0, 333.3, 999.0, 1001.0, 5000.0):
        noise = Noise(kind, scale)
        covered = exact_coverage(noise, half_width(noise))
        assert covered >= 0.945
        assert covered <= 0.9551 or scale < 12


def test_the_half_width_of_huge_noise_is_found_at_once() -> None:
    assert half_width(Noise("gaussian", 1e10)) == pytest.approx(1.959964e10, rel=1e-6)


@pytest.mark.parametrize("noise", [Noise("laplace", 30.0), Noise("gaussian", 30.0)])
def test_intervals_cover_over_many_draws(noise: Noise) -> None:
    covered = np.mean(np.abs(drawn(noise, 40_000)) <= half_width(noise))
    assert 0.945 - 0.006 <= covered <= 0.955 + 0.006


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (Noise("gaussian", 40.0), Noise("gaussian", 40.0)),
        (Noise("laplace", 40.0), Noise("laplace", 40.0)),
        (Noise("gaussian", 15.0), Noise("gaussian", 60.0)),
    ],
)
@pytest.mark.parametrize(("numerator", "denominator"), [(300, 400), (900, 500), (10, 4000)])
def test_ratios_cover_over_many_draws(top: Noise, bottom: Noise, numerator: int, denominator: int) -> None:
    number = 12_000
    got = ratios(drawn(top, number, numerator), top, drawn(bottom, number, denominator), bottom)
    known = ~np.isnan(got.value)
    assert known.mean() > 0.99
    truth = numerator / denominator
    covered = np.mean((got.low[known] <= truth) & (truth <= got.high[known]))
    assert 0.945 - 0.009 <= covered <= 0.955 + 0.009


def test_ratios_of_mixed_or_tiny_noise_cover_at_least_as_promised() -> None:
    for top, bottom in (
        (Noise("laplace", 30.0), Noise("gaussian", 30.0)),
        (Noise("gaussian", 0.8), Noise("gaussian", 2.0)),
    ):
        got = ratios(drawn(top, 8_000, 100), top, drawn(bottom, 8_000, 300), bottom)
        assert np.nanmean((got.low <= 1 / 3) & (got.high >= 1 / 3)) >= 0.945 - 0.008


def test_a_denominator_that_may_be_zero_gives_no_data() -> None:
    noise = Noise("gaussian", 10.0)
    got = ratios(np.array([5, 5, 5]), noise, np.array([0, 15, -400]), noise)
    assert np.isnan(got.value).all()
    assert np.isnan(got.low).all()


def test_ends_lie_around_the_value() -> None:
    noise = Noise("gaussian", 10.0)
    got = ratios(np.array([-30, 0, 500]), noise, np.array([21, 100, 1000]), noise)
    assert ((got.low < got.value) & (got.value < got.high)).all()
