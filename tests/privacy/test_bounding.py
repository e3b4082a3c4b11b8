"""Bounding by brute force: all neighbours of thousands of small tables, without noise, in one query."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from workbench.errors import StoreError
from workbench.privacy import bounding
from workbench.privacy.aggregate import aggregate_sql
from workbench.privacy.bounding import bounded_sql, bounded_table, forget_bounded
from workbench.privacy.measures import Measured
from workbench.privacy.predicates import Predicate
from workbench.privacy.private import PrivateStore
from workbench.privacy.rows import PrivateRows, private_rows
from workbench.privacy.where import parse_where
from workbench.store.home import home
from workbench.store.store import Store

WORLDS, LIMIT = 4_000, 3
APART = ("world", "without")
MEASURES = (
    Measured("count"),
    Measured("sum", "click", 0, 1),
    Measured("sum", "spend", -2, 10),
    Measured("count_users"),
)
STORE = {
    "impressions": dict.fromkeys(["impression_id", "user_id", "campaign_id", "device"], "VARCHAR")
    | {"spend": "BIGINT"},
    "clicks": {"impression_id": "VARCHAR"},
    "behaviour": dict.fromkeys(["user_id", "campaign_id", "device"], "VARCHAR") | {"spend": "BIGINT"},
}


def worlds(db: duckdb.DuckDBPyConnection) -> None:
    """Small random tables of up to 12 rows and 3 people, each once whole and once without each of its people.

    Rows lie in another order in every copy, twins included, one row in twelve is nobody's, and some people are greedy.
    """
    draw = np.random.default_rng(11)
    rows = []
    for world in range(WORLDS):
        greedy = draw.random() < 0.5
        for at in range(int(draw.integers(1, 13))):
            user = 0 if greedy and draw.random() < 0.7 else int(draw.integers(0, 3))
            nobody = draw.random() < 1 / 12
            row = (None if nobody else f"u{user}", f"c{draw.integers(0, 3)}", f"d{draw.integers(0, 2)}")
            spend = None if draw.random() < 0.1 else int(draw.choice([-100, -2, 0, 3, 10, 11, 1000]))
            rows.append((world, f"w{world}-{at}", *row, spend, bool(draw.random() < 0.5)))
    names = ["world", "impression_id", "user_id", "campaign_id", "device", "spend", "clicked"]
    whole = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"spend": pl.Int64})
    copies = [whole.with_columns(without=pl.lit("nobody"))]
    for user in ("u0", "u1", "u2"):
        rest = whole.filter(pl.col("user_id").is_null() | (pl.col("user_id") != user))
        copies.append(rest.with_columns(without=pl.lit(user)))
    shuffled = pl.concat([copy.sample(fraction=1, shuffle=True, seed=at) for at, copy in enumerate(copies)])
    clicks = whole.filter("clicked").select("impression_id")
    db.register("shuffled", shuffled.to_arrow())
    db.register("clicked", clicks.to_arrow())
    db.execute("CREATE TABLE impressions AS SELECT * EXCLUDE (clicked) FROM shuffled")
    db.execute("CREATE TABLE behaviour AS SELECT * EXCLUDE (clicked, impression_id) FROM shuffled")
    db.execute("CREATE TABLE clicks AS SELECT * FROM clicked")
    db.execute("SET VARIABLE salt = 'salt'")


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as connection:
        worlds(connection)
        yield connection


def largest_moves(
    db: duckdb.DuckDBPyConnection, rows: PrivateRows, where: Predicate | None, measures: Sequence[Measured]
) -> list[tuple[int, int]]:
    """Largest L1 and squared L2 distance of each measure's cells over all pairs of neighbours, without noise."""
    db.execute(f"CREATE OR REPLACE TEMP TABLE bounded AS {bounded_sql(rows, LIMIT, within=APART)}")
    sql, parameters = aggregate_sql("bounded", where, [*APART, "campaign_id"], measures)
    cells = pl.from_arrow(db.sql(sql, params=list(parameters)).to_arrow_table())
    assert isinstance(cells, pl.DataFrame)
    names = [f"__m{at}" for at in range(len(measures))]
    everyone = cells.filter(pl.col("without") == "nobody").drop("without")
    moves = [(0, 0)] * len(measures)
    for user in ("u0", "u1", "u2"):
        rest = cells.filter(pl.col("without") == user).drop("without")
        joined = everyone.join(rest, on=["world", "campaign_id"], how="full", coalesce=True, suffix="_rest")
        for at, name in enumerate(names):
            moved = pl.col(name).fill_null(0) - pl.col(f"{name}_rest").fill_null(0)
            per_world = joined.group_by("world").agg(l1=moved.abs().sum(), l2=(moved**2).sum())
            most = (int(per_world["l1"].max()), int(per_world["l2"].max()))  # type: ignore[arg-type]  # never empty
            moves[at] = (max(moves[at][0], most[0]), max(moves[at][1], most[1]))
    return moves


@pytest.mark.parametrize("table", ["impressions", "behaviour"])
@pytest.mark.parametrize("text", ["", "device = 'd0'", "spend > 0 OR spend IS NULL"])
def test_nobody_moves_an_answer_further_than_the_bound(db: duckdb.DuckDBPyConnection, table: str, text: str) -> None:
    rows = private_rows(table, "user_id", STORE)
    measures = [one for one in MEASURES if one.column != "click" or table == "impressions"]
    where = parse_where(text, rows.columns) if text else None
    for together in (measures[:-1], measures):  # with and without the two-level query that counts people
        for one, (l1, l2) in zip(together, largest_moves(db, rows, where, together), strict=True):
            bound = one.sensitivity(LIMIT, 3)
            assert l1 <= bound.l1
            assert l2 <= bound.l2_squared
            assert text or (l1, l2) == (bound.l1, bound.l2_squared), "the bound is attained"


def test_the_brute_force_finds_an_order_that_others_rows_disturb(
    db: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = private_rows("impressions", "user_id", STORE)
    monkeypatch.setattr(bounding, "_draw", lambda _: "r.rowid")
    assert largest_moves(db, rows, None, MEASURES[:1])[0][0] > LIMIT


def test_the_brute_force_finds_a_bound_that_is_not_per_person(db: duckdb.DuckDBPyConnection) -> None:
    rows = private_rows("impressions", "user_id", STORE)
    per_cell = bounded_sql(rows, LIMIT, within=APART).replace('r."user_id" ORDER', 'r."user_id", r.campaign_id ORDER')
    assert "r.campaign_id ORDER" in per_cell
    db.execute(f"CREATE OR REPLACE TEMP TABLE bounded AS {per_cell}")
    (most,) = db.execute(
        f"SELECT max(n) FROM (SELECT count(*) n FROM bounded GROUP BY world, without, {'__unit'})"
    ).fetchone() or (0,)
    assert most > LIMIT


def test_light_users_keep_all_rows_and_heavy_ones_exactly_the_limit(unspent: PrivateStore) -> None:
    rows = private_rows("impressions", "user_id", {name: unspent.store.columns(name) for name in unspent.store.tables})
    kept = pl.read_parquet(bounded_table(unspent.store, rows, 10, "v1")).group_by("__unit").len()["len"].sort()
    per_user = unspent.store.lazy("impressions").drop_nulls("user_id").group_by("user_id").len().collect()["len"]
    assert kept.to_list() == per_user.clip(upper_bound=10).sort().to_list()


def test_the_bounded_table_names_no_person_and_no_row(unspent: PrivateStore) -> None:
    rows = private_rows("impressions", "user_id", {name: unspent.store.columns(name) for name in unspent.store.tables})
    path = bounded_table(unspent.store, rows, 5, "v1")
    assert {"user_id", "impression_id"}.isdisjoint(pl.read_parquet(path).columns)
    assert path.is_relative_to(home())
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(unspent.store.folder.glob(".bounding*"))


def test_the_choice_is_kept_made_again_alike_and_forgotten_on_request(shop: Store) -> None:
    rows = private_rows("impressions", "user_id", {name: shop.columns(name) for name in shop.tables})
    path = bounded_table(shop, rows, 5, "v1")
    first = pl.read_parquet(path)
    forget_bounded(shop.lineage_id)
    assert not path.exists()
    again = pl.read_parquet(bounded_table(shop, rows, 5, "v1"))
    assert first.sort(first.columns).equals(again.sort(first.columns))
    other = bounded_table(shop, rows, 5, "v2")
    assert other.exists()
    assert not path.exists()


def test_two_stores_choose_differently(make_shop: Callable[..., Store]) -> None:
    chosen = []
    for name in ("one", "two"):
        store = make_shop(name)
        rows = private_rows("impressions", "user_id", {table: store.columns(table) for table in store.tables})
        chosen.append(pl.read_parquet(bounded_table(store, rows, 5, "v1")).drop("__unit"))
    first, second = (frame.sort(frame.columns) for frame in chosen)
    assert not first.equals(second)


def test_a_folder_without_room_is_an_error_that_says_so(unspent: PrivateStore, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = private_rows("impressions", "user_id", {name: unspent.store.columns(name) for name in unspent.store.tables})

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bounding.shutil, "move", full)
    with pytest.raises(StoreError, match="No space left"):
        bounded_table(unspent.store, rows, 4, "v1")
    assert not list(unspent.store.folder.glob(".bounding*"))
