"""`wb.demo`: the same log every time, refused where it would mix, nothing of the truth inside."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from workbench.errors import InputError, StoreError, UnknownNameError
from workbench.progress import Progress
from workbench.schema import TABLES
from workbench.simulation.demo import demo
from workbench.simulation.truth import truth, truth_folder
from workbench.store.store import Store, create_store, open_store

SMALL = 3_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return demo(tmp_path_factory.mktemp("small") / "shop", impressions=SMALL, seed=11)


def frames(store: Store) -> dict[str, pl.DataFrame]:
    """All tables in order of their keys, with people numbered in order of first sight instead of pseudonyms."""
    keys = {name: TABLES[name].key or "ts" for name in store.tables if name != "users"}
    tables = {name: store.lazy(name).sort(key).collect() for name, key in keys.items()}
    tables["users"] = store.lazy("users").collect()
    seen = tables["users"]["user_id"]
    numbers = pl.DataFrame({"user_id": seen, "person": range(len(seen))})
    return {
        name: frame.join(numbers, on="user_id", how="left", maintain_order="left").drop("user_id")
        if "user_id" in frame.columns
        else frame
        for name, frame in tables.items()
    }


def test_the_same_seed_gives_the_same_log_under_other_pseudonyms(small: Store, tmp_path: Path) -> None:
    again = demo(tmp_path / "again", impressions=SMALL, seed=11)
    one, other = frames(small), frames(again)
    assert set(one) == {"campaigns", "ads", "creatives", "users", "impressions", "clicks", "conversions"}
    for name, frame in one.items():
        assert_frame_equal(frame, other[name])
    assert_frame_equal(truth(small).impressions.collect(), truth(again).impressions.collect())
    assert small.origin["hash"] == again.origin["hash"] == truth(small).hash
    people = [set(store.lazy("users").collect()["user_id"]) for store in (small, again)]
    assert not people[0] & people[1]


def test_the_moving_shop_has_behaviour_and_is_the_same_again(tmp_path: Path) -> None:
    one, other = (demo(tmp_path / name, impressions=SMALL, seed=11, config="moving") for name in ("one", "other"))
    left, right = frames(one), frames(other)
    assert set(left) - {"behaviour"} == {
        "campaigns",
        "ads",
        "creatives",
        "users",
        "impressions",
        "clicks",
        "conversions",
    }
    for name, frame in left.items():
        assert_frame_equal(frame, right[name])
    columns = truth(one).impressions.collect_schema().names()
    assert {"term_fatigue", "term_recency", "term_drift", "order_term_badge", "order_delay_hours"} <= set(columns)
    assert_frame_equal(truth(one).impressions.collect(), truth(other).impressions.collect())
    with one.connect() as opened:
        asked = "SELECT count(*) FROM behaviour JOIN users USING (user_id) WHERE consent_personalised"
        assert opened.execute(asked).fetchone() == (one.rows("behaviour"),)
        asked = "SELECT count(*) FROM behaviour ANTI JOIN ads USING (product_id, category, brand)"
        assert opened.execute(asked).fetchone() == (0,)
        asked = "SELECT min(ts), max(ts) FROM behaviour"
        first, last = opened.execute(asked).fetchone()
    assert (first.date(), last.date()) == (date(2026, 2, 23), date(2026, 3, 29))
    text = one.lazy("behaviour").select(pl.selectors.string()).collect()
    assert not {cell for column in text.iter_columns() for cell in column} & set(truth(one).canary_ids)


def test_another_seed_gives_another_log(small: Store, tmp_path: Path) -> None:
    other = demo(tmp_path / "other", impressions=SMALL, seed=12)
    assert other.origin["hash"] != small.origin["hash"]
    ads = [store.lazy("impressions").sort("impression_id").collect()["ad_id"] for store in (small, other)]
    assert (ads[0] != ads[1]).mean() > 0.9


def test_tables_are_whole(small: Store) -> None:
    assert small.rows("impressions") == SMALL
    with small.connect() as opened:
        for name in small.tables:
            for column, parent in TABLES[name].parents:
                orphans = f"SELECT count(*) FROM {name} WHERE {column} NOT IN (SELECT {column} FROM {parent})"
                assert opened.execute(orphans).fetchone() == (0,)
        strangers = "SELECT count(*) FROM impressions WHERE user_id NOT IN (SELECT user_id FROM users)"
        assert opened.execute(strangers).fetchone() == (0,)
        mixed = "SELECT count(*) FROM impressions i JOIN creatives c USING (creative_id) WHERE i.ad_id != c.ad_id"
        assert opened.execute(mixed).fetchone() == (0,)
        arms = "SELECT max(n) FROM (SELECT count(DISTINCT arm || aa_arm) AS n FROM impressions GROUP BY user_id)"
        assert opened.execute(arms).fetchone() == (1,)
    assert {"aa_arm", *(column.name for column in TABLES["impressions"].columns)} == set(small.columns("impressions"))


def test_public_domains_are_declared_from_the_settings(small: Store) -> None:
    public = {name: (domain.column, domain.values) for name, domain in small.public.items()}
    days = tuple(date(2026, 3, 2) + timedelta(days=day) for day in range(28))
    assert public["calendar"] == ("day", days)
    assert public["devices"] == ("device", ("phone", "desktop", "tablet"))
    assert public["positions"] == ("position", (1, 2, 3, 4))
    assert public["arms"] == ("arm", ("A", "B"))
    assert public["campaigns"][1] == tuple(f"cmp-{number:02d}" for number in range(1, 11))
    assert set(public["categories"][1]) == set(small.lazy("ads").collect()["category"])
    seen = small.lazy("impressions").select(pl.col("ts").dt.date().unique()).collect()["ts"]
    assert set(seen) <= set(days)


def test_the_truth_is_beside_the_store_and_not_in_it(small: Store) -> None:
    folder = truth_folder(small.folder)
    assert folder.is_dir()
    assert not folder.is_relative_to(small.folder)
    known = set(truth(small).impressions.collect_schema().names()) - {"impression_id"}
    for name in small.tables:
        assert not known & set(small.columns(name))
    assert not [path for path in small.folder.rglob("*") if "truth" in path.name]


def test_canaries_are_where_they_belong_and_nowhere_else(small: Store) -> None:
    found = truth(small)
    assert len(found.canary_ids) == len(found.canary_values) == 6
    for name in small.tables:
        text = small.lazy(name).select(pl.selectors.string()).collect()
        cells = {cell for column in text.iter_columns() for cell in column.drop_nulls()}
        assert not cells & set(found.canary_ids)
        assert cells & set(found.canary_values) == (set(found.canary_values) if name == "users" else set())
    planted = [small.pseudonym(raw) for raw in found.canary_ids]
    people = small.lazy("users").filter(pl.col("user_id").is_in(planted)).collect()
    assert set(people["home_town"]) == set(found.canary_values)
    assert small.lazy("impressions").filter(pl.col("user_id").is_in(planted)).collect().height > 0


def test_a_made_demo_is_opened_and_another_is_refused(small: Store) -> None:
    again = demo(small.folder, impressions=SMALL, seed=11)
    assert (again.lineage_id, again.version) == (small.lineage_id, small.version)
    for other in ({"seed": 12}, {"impressions": SMALL + 1}, {"config": "flat"}):
        with pytest.raises(StoreError, match=r"holds a store of config='shop', impressions=3000, seed=11: .*another"):
            demo(small.folder, **{"impressions": SMALL, "seed": 11, **other})


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    create_store(tmp_path / "own")
    with pytest.raises(StoreError, match=r"already holds a store of other data: open it with wb\.open"):
        demo(tmp_path / "own", impressions=10)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="needs an empty folder"):
        demo(tmp_path / "files", impressions=10)


def test_an_interrupted_demo_is_refused(tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "writing the store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo(tmp_path / "shop", impressions=100, on_progress=interrupt)
    with pytest.raises(StoreError, match="was interrupted while it was made: remove the folder"):
        demo(tmp_path / "shop", impressions=100)


def test_a_demo_without_its_truth_is_refused(small: Store, tmp_path: Path) -> None:
    shutil.copytree(small.folder, tmp_path / "copy")
    with pytest.raises(StoreError, match=r"the truth of .* is not at"):
        demo(tmp_path / "copy", impressions=SMALL, seed=11)
    assert open_store(tmp_path / "copy").rows("impressions") == SMALL


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"impressions": 0}, InputError, "impressions == 0, must be >= 1: give a whole number such as 200_000"),
        ({"impressions": 1.5}, InputError, "impressions == 1.5, must be a whole number"),
        ({"seed": -1}, InputError, "seed == -1, must be >= 0"),
        (
            {"config": "shp"},
            UnknownNameError,
            "config == 'shp', must be one of flat, moving, shop: did you mean 'shop'",
        ),
    ],
)
def test_mistakes_leave_no_folder(
    given: dict[str, object], error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        demo(tmp_path / "shop", **given)
    assert not (tmp_path / "shop").exists()


def test_one_impression_is_enough(tmp_path: Path) -> None:
    stages: list[Progress] = []
    store = demo(tmp_path / "one", impressions=1, on_progress=stages.append)
    assert store.rows("impressions") == 1
    assert [moment.stage for moment in stages if moment.done == moment.total] == ["simulating", "writing the store"]
