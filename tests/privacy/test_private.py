"""Opening a store for private views."""

from collections.abc import Callable

import polars as pl
import pytest

import workbench as wb
from workbench.errors import InputError, StoreError
from workbench.privacy.private import PrivateStore
from workbench.store.pseudonyms import key_path
from workbench.store.store import Store

BUDGET = wb.Budget(epsilon=3)


def test_a_log_without_users_is_refused_with_the_reason(shop: Store, make_shop: Callable[..., Store]) -> None:
    impressions = shop.lazy("impressions").collect()
    nobody = make_shop("nobody", impressions=impressions.with_columns(user_id=pl.lit(None, dtype=pl.String)))
    with pytest.raises(InputError, match=r"names its user_id.*no user-level guarantee"):
        wb.private(nobody, budget=BUDGET)


def test_a_unit_that_names_no_person_is_refused(unspent: PrivateStore) -> None:
    with pytest.raises(InputError, match="unit == 'device', must be one of user_id, impression_id: the column"):
        wb.private(unspent.store, unit="device", budget=BUDGET)


def test_without_the_key_nothing_is_bounded(private_shop: PrivateStore) -> None:
    key_path(private_shop.store.lineage_id).unlink()
    with pytest.raises(StoreError, match="key of this store"):
        private_shop.table("impressions").limit(rows_per_user=3).measure(n=wb.count()).release()
    assert [entry.kind for entry in private_shop.ledger.entries()] == ["budget"], "nothing was charged"


def test_it_shows_what_is_spent_and_declared(unspent: PrivateStore) -> None:
    html = unspent._repr_html_()
    for part in ("epsilon 0.00 of 3 spent", "campaigns", "calendar", "day"):
        assert part in html
    assert (unspent.spent, unspent.left) == (0, 3)


def test_a_log_without_people_protects_single_impressions_and_says_so(
    shop: Store, make_shop: Callable[..., Store]
) -> None:
    impressions = shop.lazy("impressions").collect()
    nobody = make_shop("single", impressions=impressions.with_columns(user_id=pl.lit(None, dtype=pl.String)))
    view = wb.private(nobody, "impression_id", BUDGET).table("impressions").limit(rows_per_user=1)
    release = view.measure(n=wb.count()).spend(epsilon=2).release()
    assert "no user-level guarantee" in release.statement
    assert release.bound == "each impression by itself"
    assert release.to_polars()["n"].item() == pytest.approx(impressions.height, abs=30)


def test_a_log_with_people_never_protects_less(shop: Store) -> None:
    with pytest.raises(InputError, match="this log names people: use unit='user_id'"):
        wb.private(shop, "impression_id", BUDGET)
