"""Views written in TOML."""

import tomllib
from collections.abc import Mapping

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.privacy import spec as module
from workbench.privacy.private import PrivateStore
from workbench.privacy.spec import private_from_spec, view_from_spec
from workbench.store.store import Store


def test_a_specification_asks_the_same_as_the_builder(shop: Store) -> None:
    text = (module.__doc__ or "").partition("\n\n")[2].rstrip()
    spec = tomllib.loads(text)
    p = private_from_spec(shop, spec)
    assert p.budget == wb.Budget(epsilon=3, delta=1e-7)
    built = (
        p.table("impressions").where("device = 'phone'")
        .per("campaign_id", "day", keys=p.public("campaigns", "calendar")).limit(rows_per_user=10).spend(epsilon=0.5)
        .measure(n=wb.count(), users=wb.count_users(), clicks=wb.sum("click", 0, 1), ctr=wb.ratio("clicks", "n"))
    )  # fmt: skip
    read = view_from_spec(p, spec)
    assert read.question()[0].qkey == built.question()[0].qkey
    assert read.question()[1] == built.question()[1]
    assert private_from_spec(shop, {}).budget == p.budget


GOOD: Mapping[str, object] = {"table": "impressions", "limit": 5, "measures": {"n": "count"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tabel": "impressions"}, "did you mean 'table'"),
        ({"measures": {"n": "counts"}}, "did you mean 'count'"),
        ({"measures": {"n": 3}}, 'measure n must be "count"'),
        ({"measures": {"c": {"sum": "click"}}}, "has no bounds"),
        ({"measures": {"c": {"sum": "click", "low": "0", "high": 1}}}, "entry c.low must be a number"),
        ({"measures": {"r": {"ratio": "n"}}}, "must be a list of names"),
        ({"measures": []}, "entry measures must be a table"),
        ({"limit": "ten"}, "entry limit must be a whole number"),
        ({"per": "day", "keys": ["calendar"]}, "entry per must be a list of names"),
        ({"per": ["day"]}, "per('day'\\) has no keys, must have one for each column"),
        ({"per": ["day"], "keys": "calendar"}, "entry keys must be a list of names"),
        ({"where": 3}, "entry where must be text"),
        ({"noise": "gausian"}, "did you mean 'gaussian'"),
        ({"epsilon": 0}, "epsilon == 0, must be > 0"),
        ({"epsilon": 0.1, "share": 0.1}, "one of them"),
    ],
)
def test_mistakes_name_the_entry(unspent: PrivateStore, change: Mapping[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        view_from_spec(unspent, {**GOOD, **change})


def test_missing_entries_are_named(unspent: PrivateStore, shop: Store) -> None:
    with pytest.raises(InputError, match="needs the entries table and measures"):
        view_from_spec(unspent, {"table": "impressions"})
    with pytest.raises(InputError, match="budget has no epsilon"):
        private_from_spec(shop, {"budget": {"delta": 1e-7}})
    assert view_from_spec(unspent, {**GOOD, "noise": "laplace"}).cost().rho > 0
