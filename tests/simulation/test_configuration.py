"""Settings: the platforms that ship are sound, mistakes give one clear error, and the hash names what decides."""

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import InputError, StoreError, UnknownNameError
from workbench.shipped import shipped
from workbench.simulation.configuration import load_settings, world_hash
from workbench.simulation.settings import Settings

SHOP = shipped("data", "demo", "shop.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_hash_counts_content_and_not_layout(shop: Settings, tmp_path: Path) -> None:
    same = load_settings(written(tmp_path, "# a remark\n" + SHOP.replace("    ", "  ")))
    assert world_hash(same, 1000, 7) == world_hash(shop, 1000, 7)
    other = replace(shop, experiment=replace(shop.experiment, effect=0.2))
    hashes = {world_hash(*given) for given in ((shop, 1000, 7), (shop, 1001, 7), (shop, 1000, 8), (other, 1000, 7))}
    assert len(hashes) == 4


def test_a_platform_may_extend_another(shop: Settings, tmp_path: Path) -> None:
    mine = load_settings(written(tmp_path, 'extends = "shop"\n[experiment]\neffect = 0.3\n'))
    assert mine == replace(shop, experiment=replace(shop.experiment, effect=0.3))


def test_parts_a_platform_lacks_do_not_bear_on_its_name(shop: Settings, moving: Settings) -> None:
    # Printed before platforms could have behaviour, fatigue, recency, drift, delay or conflict.
    assert world_hash(shop, 20_000, 7) == "3504800404fb13fb362b87e5d10b4fa214c5b02429a8f6f0b4d6bcaf88bb5473"
    assert world_hash(load_settings("flat"), 20_000, 7).startswith("f62ad404e9b41d0bc2ecb62a0385bbe6")
    assert world_hash(replace(shop, fatigue=moving.fatigue), 20_000, 7) != world_hash(shop, 20_000, 7)


def test_the_moving_shop_is_the_shop_with_more(shop: Settings, moving: Settings, tmp_path: Path) -> None:
    parts = ("behaviour", "fatigue", "recency", "drift", "delay", "conflict")
    assert all(getattr(moving, part) is not None for part in parts)
    assert all(getattr(platform, part) is None for platform in (shop, load_settings("flat")) for part in parts)
    same = ("calendar", "users", "context", "ads", "costs", "policies", "experiment", "categories", "campaigns")
    assert all(getattr(moving, part) == getattr(shop, part) for part in same)
    mine = load_settings(written(tmp_path, 'extends = "moving"\n[fatigue]\neffect = -0.5\n'))
    assert moving.fatigue is not None
    assert mine == replace(moving, fatigue=replace(moving.fatigue, effect=-0.5))


def test_nothing_works_in_the_flat_shop(shop: Settings) -> None:
    flat = load_settings("flat")
    assert flat.users == shop.users
    assert flat.experiment.effect == flat.causes.interest_match == flat.causes.taste == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sharpness = 1.2", "sharpnes = 1.2", r"key in .*policies == 'sharpnes'.* did you mean 'sharpness'\?"),
        ("consent = 0.97\n", "", r"users lacks consent"),
        ("days = 28", 'days = "28"', r"calendar days is str, must be a whole number"),
        ("days = 28", "days = 0", r"\[calendar\] days == 0, must be >= 1"),
        ("consent = 0.97", "consent = true", r"users consent is bool, must be a number"),
        ("consent = 0.97", "consent = 1.5", r"consent == 1.5, must be >= 0 and <= 1"),
        ("female = 0.53", "female = 0.63", r"shares in \[users.profile.gender\] sum to 1.1, must be >= 0 and sum to 1"),
        ("phone = 0.12", "fone = 0.12", r"\[causes.device\] has fone, .* must have exactly phone, desktop, tablet"),
        ("4 = 0.44", "4 = 0.0", r"\[causes.examination\] must hold odds > 0"),
        ("price = [39, 329]", "price = [39]", r"price has 1 entries, must have 2"),
        ("price = [39, 329]", "price = [339, 29]", r"price of category beauty is 339 to 29, must be > 0 and rising"),
        ('near = ["home"]', 'near = ["hime"]', r"near of category digital == 'hime'.* did you mean 'home'\?"),
        ('pays = "click"', 'pays = "order"', r"pays of campaign .* == 'order', must be one of click, impression"),
        ("slate = 4", "slate = 41", r"slate == 41, must be <= 40"),
        ("hours = [5, 3,", "hours = [5,", r"hours has 23 entries, must have 24"),
        ("days = 28", "days = = 28", r"is not valid TOML"),
    ],
)
def test_each_mistake_has_one_clear_error(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in SHOP
    with pytest.raises(InputError, match=message):
        load_settings(written(tmp_path, SHOP.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("base", "change", "message"),
    [
        ("moving", "[fatigue]\nefect = 1", r"key in .*fatigue == 'efect'.* did you mean 'effect'\?"),
        ("shop", "[fatigue]\neffect = -0.2", r"fatigue lacks most, must have effect, most: add it"),
        ("moving", "[fatigue]\nmost = 0", r"\[fatigue\] most == 0, must be >= 1"),
        ("shop", "[recency]\neffect = 1\nhalf_life_hours = 24", r"\[recency\] needs \[behaviour\], .* missing: add"),
        ("moving", "[recency]\nhalf_life_hours = 0", r"\[recency\] half_life_hours == 0, must be > 0"),
        ("moving", "[drift]\ncategory = 'sport'", r"\[drift\] category == 'sport'.* did you mean 'sports'\?"),
        ("moving", "[drift]\nfirst_day = 2026-03-02", r"must be after 2026-03-02 and at most 2026-03-29: choose a day"),
        ("moving", "[drift]\nfirst_day = '2026-03-16'", r"drift first_day is str, must be a date"),
        ("moving", "[behaviour]\nvisits = -1", r"\[behaviour\] visits == -1, must be >= 0"),
        ("moving", "[behaviour]\nfocus = 2", r"\[behaviour\] focus == 2, must be >= 0 and <= 1"),
        (
            "moving",
            "[behaviour.events]\nlook = 0.1",
            r"events has .*look, must have exactly view, favourite, cart, buy",
        ),
        (
            "moving",
            "[behaviour.events]\nview = 0.1",
            r"shares in \[behaviour\] events sum to 0.3, must be >= 0 and sum",
        ),
        ("moving", "drift = 3", r"drift is int, must be a table"),
    ],
)
def test_each_mistake_in_a_part_has_one_clear_error(base: str, change: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        load_settings(written(tmp_path, f'extends = "{base}"\n{change}\n'))


def test_people_browse_only_what_is_advertised(tmp_path: Path) -> None:
    text = SHOP.replace('category = "sports"', 'category = "food"')
    parts = (
        shipped("data", "demo", "moving.toml").read_text(encoding="utf-8").split("[fatigue]")[0].split("[behaviour]")[1]
    )
    with pytest.raises(InputError, match="needs a product in every category, sports has no campaign: add one"):
        load_settings(written(tmp_path, f"{text}\n[behaviour]\n{parts}"))


def test_an_unknown_platform_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownNameError, match=r"config == 'shopp', must be one of flat, moving, shop: did you mean 'shop'\?"
    ):
        load_settings("shopp")
    with pytest.raises(StoreError, match="cannot be read: give the path of an existing file"):
        load_settings(tmp_path / "absent.toml")
    with pytest.raises(UnknownNameError, match="extends == 'shoop'"):
        load_settings(written(tmp_path, 'extends = "shoop"'))
