"""Users: fixed by the world, drawn by their shares, assigned by hash, canaries among them."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from workbench.simulation.people import Users, canaries, draw_users, users_table
from workbench.simulation.settings import Settings


@pytest.fixture(scope="module")
def users(shop: Settings) -> Users:
    return draw_users(shop, 7)


def test_shares_are_kept(shop: Settings, users: Users) -> None:
    count = shop.users.count
    for levels, shares in (
        (users.interest, [category.audience for category in shop.categories]),
        (users.town, [town.share for town in shop.users.towns.values()]),
        *((users.profile[name], list(shares.values())) for name, shares in shop.users.profile.items()),
        (users.arm, [1 - shop.experiment.share, shop.experiment.share]),
        (users.aa_arm, [1 - shop.experiment.aa_share, shop.experiment.aa_share]),
        (users.consent, [1 - shop.users.consent, shop.users.consent]),
    ):
        seen = np.bincount(levels, minlength=len(shares)) / count
        assert np.abs(seen - shares).max() < 4 * np.sqrt(0.25 / count)


def test_the_two_experiments_are_independent(shop: Settings, users: Users) -> None:
    assert abs(np.corrcoef(users.arm, users.aa_arm)[0, 1]) < 4 / np.sqrt(shop.users.count)


def test_a_person_keeps_the_arm_when_others_join(shop: Settings, users: Users) -> None:
    more = draw_users(replace(shop, users=replace(shop.users, count=13_000)), 7)
    arms = dict(zip(more.names, more.arm, strict=True))
    assert all(arms[name] == arm for name, arm in zip(users.names, users.arm, strict=True))


def test_another_share_moves_no_other_draw(shop: Settings, users: Users) -> None:
    """A stream a cause: changing one column leaves every other as it was."""
    profile = {**shop.users.profile, "gender": {"female": 1.0}}
    other = draw_users(replace(shop, users=replace(shop.users, profile=profile)), 7)
    assert not np.array_equal(other.profile["gender"], users.profile["gender"])
    assert np.array_equal(other.interest, users.interest)
    assert np.array_equal(other.taste, users.taste)
    assert np.array_equal(other.profile["age_band"], users.profile["age_band"])


def test_canaries_are_planted_and_unmistakable(shop: Settings, users: Users) -> None:
    planted = canaries(shop, 7)
    assert len(planted) == shop.users.canaries > 0
    assert users.names[-len(planted) :] == tuple(name for name, _ in planted)
    strings = [text for pair in planted for text in pair]
    assert len(set(strings)) == len(strings)
    assert all(text.startswith(("canary-person-", "canary-town-")) and len(text) >= 24 for text in strings)
    assert canaries(shop, 8) != planted


def test_without_consent_there_is_no_profile(shop: Settings, users: Users) -> None:
    table = users_table(users, shop, 7, pl.Series(users.names))
    profile = [name for name in table.columns if name not in ("user_id", "consent_personalised")]
    assert set(profile) == {"interest", "age_band", "gender", "price_sensitivity", "city_tier", "home_town"}
    missing = table.select(
        pl.all_horizontal(pl.col(profile).is_null()), any=pl.any_horizontal(pl.col(profile).is_null())
    )
    assert np.array_equal(missing.to_series(0).to_numpy(), ~users.consent)
    assert np.array_equal(missing["any"].to_numpy(), ~users.consent)
    towns = [town for _, town in canaries(shop, 7)]
    assert table.filter(pl.col("home_town").is_in(towns))["user_id"].to_list() == list(users.names[-len(towns) :])
