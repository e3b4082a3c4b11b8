"""A log made ready: what is counted where, and whose rows are whose."""

from collections.abc import Callable

import numpy as np
import polars as pl

from workbench.features.spec import infer_spec
from workbench.models.prepared import prepare
from workbench.store.store import Store

Tables = dict[str, pl.DataFrame]


def test_the_vocabulary_is_of_the_training_rows_alone(
    log: Callable[..., Tables], store_of: Callable[[Tables], Store]
) -> None:
    tables = log()
    late = pl.when(pl.int_range(pl.len()) >= 2100).then(pl.lit("watch")).otherwise("device")
    tables["impressions"] = tables["impressions"].with_columns(device=late)
    store = store_of(tables)
    data = prepare(store, infer_spec(store), "click")
    assert set(data.vocabulary.categories["device"]) == {"phone", "tablet"}
    first = data.rows.filter(data.parts["train"])["load_seconds"]
    assert data.vocabulary.means["load_seconds"] == first.mean()


def test_people_of_the_test_are_grouped_as_the_log_has_them(known_store: Store) -> None:
    data = prepare(known_store, infer_spec(known_store), "click")
    tested = data.rows.filter(data.parts["test"])["impression_id"]
    log = known_store.lazy("impressions").select("impression_id", "user_id").collect()
    users = tested.to_frame().join(log, on="impression_id", maintain_order="left")["user_id"]
    assert data.people is not None
    pairs = {(int(code), user) for code, user in zip(data.people, users, strict=True)}
    assert len(pairs) == users.n_unique() == len(np.unique(data.people))
    assert np.bincount(data.people).min() > 0


def test_rows_of_nobody_stand_alone(log: Callable[..., Tables], store_of: Callable[[Tables], Store]) -> None:
    tables = log()
    nobody = pl.when(pl.int_range(pl.len()) % 2 == 0).then("user_id")
    tables["impressions"] = tables["impressions"].with_columns(user_id=nobody)
    store = store_of(tables)
    data = prepare(store, infer_spec(store), "click")
    known = data.rows.filter(data.parts["test"])["person"]
    assert data.people is not None
    assert len(np.unique(data.people)) == known.drop_nulls().n_unique() + known.null_count()


def test_rows_without_a_moment_are_left_out_and_counted(
    log: Callable[..., Tables], store_of: Callable[[Tables], Store]
) -> None:
    tables = log()
    some = pl.when(pl.int_range(pl.len()) % 10 != 0).then("ts")
    tables["impressions"] = tables["impressions"].with_columns(ts=some)
    store = store_of(tables)
    data = prepare(store, infer_spec(store), "click")
    assert data.counts["no moment"] == 300
    assert sum(data.counts.values()) == 3000
