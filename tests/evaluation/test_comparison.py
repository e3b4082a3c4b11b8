"""Experiments: known effects found, equal arms flat, broken ones refused a headline."""

from collections.abc import Callable
from math import isnan

import numpy as np
import polars as pl
import pytest

from workbench.errors import DataError, InputError, UnknownNameError
from workbench.evaluation.comparison import compare
from workbench.store.store import Store, create_store

Tables = dict[str, pl.DataFrame]


def experiment(folder: object, *, arms: dict[str, float], users: int = 600, seed: int = 0) -> Store:
    """A log in which each arm clicks at its own rate; users see four ads each."""
    random = np.random.default_rng(seed)
    arm = np.repeat(list(arms), users)
    rate = np.repeat(list(arms.values()), users)
    rows = pl.DataFrame({"user_id": [f"u{n}" for n in range(len(arm))], "arm": arm, "rate": rate})
    rows = pl.concat([rows] * 4).with_columns(
        impression_id=pl.int_range(4 * len(arm)).cast(pl.String),
        device=pl.Series(random.choice(["phone", "desktop"], 4 * len(arm))),
    )
    clicked = rows.filter(pl.Series(random.random(len(rows))) < pl.col.rate)
    return create_store(str(folder)).write(
        {"impressions": rows.drop("rate"), "clicks": clicked.select("impression_id")}, source="experiment"
    )


def test_a_known_effect_is_found(tmp_path: object) -> None:
    result = compare(experiment(tmp_path, arms={"A": 0.2, "B": 0.3}), metrics=["ctr", "clicks_per_user"])
    ctr = result.lift("ctr")
    assert ctr.low < 0.5 < ctr.high
    assert ctr.p_value < 1e-6
    assert result.trusted
    assert result.headline.startswith("B against A: CTR +")
    # Everyone saw four ads: clicks per user are four times the CTR, and the lift is the same.
    assert result.lift("clicks_per_user").value == pytest.approx(ctr.value)


def test_three_arms_are_each_compared_with_the_control(tmp_path: object) -> None:
    result = compare(experiment(tmp_path, arms={"A": 0.2, "B": 0.2, "C": 0.4}), metrics=["ctr"], control="B")
    assert [contrast.arm for contrast in result.contrasts] == ["A", "C"]
    assert result.lift("ctr", "C").low > 0.5
    with pytest.raises(InputError, match="arm == None, must be one of A, C"):
        result.lift("ctr")


def test_segments_are_corrected_together(tmp_path: object) -> None:
    result = compare(experiment(tmp_path, arms={"A": 0.2, "B": 0.2}), metrics=["ctr"], by="device")
    assert [contrast.keys for contrast in result.contrasts] == [("desktop",), ("phone",)]
    smallest = min(contrast.lift.p_value for contrast in result.contrasts)
    assert min(contrast.p_adjusted for contrast in result.contrasts) == pytest.approx(min(1, 2 * smallest))
    assert "comparisons with A differ after correction" in result.headline


def test_a_sample_ratio_mismatch_takes_the_headline(tmp_path: object) -> None:
    store = experiment(tmp_path, arms={"A": 0.2, "B": 0.3})
    result = compare(store, metrics=["ctr"], shares={"A": 3, "B": 1})
    assert not result.trusted
    assert result.headline.startswith("No lift should be read yet")
    assert "<details>" in result._repr_html_()
    assert "<details>" not in compare(store, metrics=["ctr"])._repr_html_()


def test_the_demo_covers_its_true_effects(demo_store: Store) -> None:
    from workbench.simulation.truth import truth

    effects = truth(demo_store).effects
    result = compare(demo_store, metrics=["ctr", "revenue_per_user"])
    assert result.trusted
    for metric in ("ctr", "revenue_per_user"):
        found = result.lift(metric)
        assert found.low <= effects[metric].lift <= found.high


def test_equal_arms_of_the_demo_are_flat(demo_store: Store) -> None:
    result = compare(demo_store, arms="aa_arm", metrics=["ctr", "orders_per_user", "revenue_per_user"])
    assert result.trusted
    assert all(contrast.lift.low <= 0 <= contrast.lift.high for contrast in result.contrasts)
    assert all(contrast.p_adjusted > 0.05 for contrast in result.contrasts)


def test_impressions_outside_the_experiment_do_not_count(tmp_path: object) -> None:
    store = experiment(tmp_path, arms={"A": 0.2, "B": 0.3})
    outside = pl.DataFrame(
        {"impression_id": ["x"], "user_id": ["nobody"], "arm": [None]}, schema_overrides={"arm": str}
    )
    wider = store.write({"impressions": outside}, source="more")
    assert compare(wider, metrics=["ctr"]).sample_ratio.counts == {"A": 600, "B": 600}


def test_users_in_several_arms_are_counted(write_store: Callable[..., Store], tables: Tables) -> None:
    mixed = tables["impressions"].with_columns(arm=pl.Series(["A", "B", "A", "B", "B", "A", "A", "A", "B"]))
    result = compare(write_store(**(tables | {"impressions": mixed})), metrics=["ctr"])
    assert result.in_several_arms == 1
    assert "1 user saw more than one arm" in result._repr_html_()


def test_an_arm_missing_from_a_segment_has_no_data(write_store: Callable[..., Store], tables: Tables) -> None:
    result = compare(write_store(**tables), metrics=["ctr"], by="category")
    toys = next(contrast for contrast in result.contrasts if contrast.keys == ("toys",))
    assert toys.units == (1, 1)
    assert isnan(toys.p_adjusted)
    assert toys.lift.show() == "no data"
    assert result.to_polars().filter(pl.col.category == "toys")["lift"].to_list() == [None]


def test_a_log_without_users_compares_rates_and_says_so(write_store: Callable[..., Store], tables: Tables) -> None:
    store = write_store(**(tables | {"impressions": tables["impressions"].drop("user_id")}))
    assert "names no users" in compare(store, metrics=["ctr"])._repr_html_()
    with pytest.raises(DataError, match="mean per user"):
        compare(store, metrics=["revenue_per_user"])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"arms": "arms"}, UnknownNameError, "arms == 'arms'.*did you mean 'arm'"),
        ({"metrics": ["crt"]}, UnknownNameError, "metric == 'crt'"),
        ({"by": "devise"}, UnknownNameError, "by == 'devise'.*did you mean 'device'"),
        ({"by": "arm"}, InputError, "which is the arm"),
        ({"control": "Z"}, UnknownNameError, "control == 'Z'"),
        ({"correction": "bonferoni"}, UnknownNameError, "correction == 'bonferoni'"),
        ({"level": 1.0}, InputError, "level == 1"),
        ({"shares": {"A": 1}}, InputError, "must be one number > 0 for each of A, B"),
        ({"arms": "currency"}, DataError, "holds 1 different arms, must hold at least 2"),
    ],
)
def test_impossible_questions_are_refused(
    write_store: Callable[..., Store],
    tables: Tables,
    arguments: dict[str, object],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        compare(write_store(**tables), **arguments)
