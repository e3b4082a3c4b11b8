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


def test_an_unknown_platform_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"config == 'shopp', must be one of flat, shop: did you mean 'shop'\?"):
        load_settings("shopp")
    with pytest.raises(StoreError, match="cannot be read: give the path of an existing file"):
        load_settings(tmp_path / "absent.toml")
    with pytest.raises(UnknownNameError, match="extends == 'shoop'"):
        load_settings(written(tmp_path, 'extends = "shoop"'))
