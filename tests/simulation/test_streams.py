"""Streams: the same for the same name, unrelated for another."""

import numpy as np

from workbench.simulation.streams import stream


def test_a_stream_depends_on_seed_and_name_alone() -> None:
    first = stream(7, "clicks").random(5)
    stream(7, "orders").random(1000)
    assert np.array_equal(stream(7, "clicks").random(5), first)
    assert not np.array_equal(stream(8, "clicks").random(5), first)
    assert not np.array_equal(stream(7, "orders").random(5), first)


def test_streams_are_not_correlated() -> None:
    draws = np.stack([stream(seed, name).standard_normal(40_000) for seed in (1, 2) for name in ("a", "b", "c")])
    apart = np.corrcoef(draws)[~np.eye(6, dtype=bool)]
    assert np.abs(apart).max() < 4.5 / np.sqrt(40_000)
