"""The builder: what it asks, what it refuses, what it costs."""

from collections.abc import Callable

import polars as pl
import pytest

import workbench as wb
from workbench.errors import InputError, UnknownNameError
from workbench.privacy.accounting import NANO, epsilon_at
from workbench.privacy.private import PrivateStore
from workbench.privacy.view import View
from workbench.store.store import Store


def full(p: PrivateStore) -> View:
    return (
        p.table("impressions").where("device = 'phone'")
        .per("campaign_id", "day", keys=p.public("campaigns", "calendar")).limit(rows_per_user=10)
        .measure(n=wb.count(), clicks=wb.sum("click", 0, 1), ctr=wb.ratio("clicks", "n"))
    )  # fmt: skip


def test_texts_names_and_order_do_not_change_the_question(unspent: PrivateStore) -> None:
    p = unspent
    first, shown = full(p).question()
    second, other = (
        p.table("impressions").per("day", "campaign_id", keys=p.public("calendar", "campaigns"))
        .measure(c=wb.sum("click", 0, 1), rows=wb.count(), again=wb.count()).where("NOT device <> 'phone'")
        .limit(rows_per_user=10).question()
    )  # fmt: skip
    assert first.qkey == second.qkey
    assert shown.release_id(first.qkey) != other.release_id(second.qkey)


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.limit(rows_per_user=11),
        lambda v: v.where("hour > 3"),
        lambda v: v.spend(epsilon=0.2),
        lambda v: v.measure(users=wb.count_users()),
        lambda v: v.noise("laplace"),
        lambda v: v.measure(clicks=wb.sum("click", 0, 2)),
    ],
)
def test_anything_else_is_another_question(unspent: PrivateStore, change: Callable[[View], View]) -> None:
    assert change(full(unspent)).question()[0].qkey != full(unspent).question()[0].qkey


def test_cost_is_what_is_charged_and_touches_no_data(
    private_shop: PrivateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = full(private_shop).spend(epsilon=0.5)
    with monkeypatch.context() as patch:
        patch.setattr("workbench.store.store.Store.connect", lambda _: pytest.fail("rows were read"))
        cost = view.cost()
    assert cost.epsilon == pytest.approx(0.5, abs=1e-3)
    assert cost.epsilon <= 0.5
    assert private_shop.spent == 0
    release = view.release()
    assert private_shop.ledger.spent_rho == round(cost.rho * NANO)
    assert private_shop.spent == pytest.approx(cost.epsilon_after)
    assert {m.name: m.error for m in release.measures if m.error} == cost.errors
    again = view.cost()
    assert (again.rho, again.epsilon, again.epsilon_after) == (0, 0, cost.epsilon_after)
    assert "nothing, it was charged before" in str(again)
    assert "No data was looked at" in cost._repr_html_()


def test_a_release_spends_a_tenth_by_default(private_shop: PrivateStore) -> None:
    for at in range(10):
        private_shop.table("impressions").limit(rows_per_user=at + 1).measure(n=wb.count()).release()
    assert private_shop.spent == pytest.approx(3, abs=0.01)


def test_ratios_and_second_names_cost_nothing(private_shop: PrivateStore) -> None:
    view = private_shop.table("impressions").limit(rows_per_user=10)
    plain = view.measure(n=wb.count(), clicks=wb.sum("click", 0, 1)).release()
    spent = private_shop.spent
    richer = view.measure(rows=wb.count(), clicks=wb.sum("click", 0, 1), ctr=wb.ratio("clicks", "rows")).release()
    assert private_shop.spent == spent
    assert richer.to_polars()["rows"].equals(plain.to_polars()["n"], check_names=False)
    assert richer.id != plain.id


def test_keys_in_another_order_show_the_same_figures(private_shop: PrivateStore) -> None:
    p = private_shop
    view = p.table("impressions").limit(rows_per_user=10).measure(n=wb.count())
    by_day = view.per("day", "campaign_id", keys=p.public("calendar", "campaigns")).release().to_polars()
    by_campaign = view.per("campaign_id", "day", keys=p.public("campaigns", "calendar")).release().to_polars()
    assert by_day.columns[:2] == ["day", "campaign_id"]
    assert by_day.sort("campaign_id", "day").select(by_campaign.columns).equals(by_campaign)


def test_noisy_figures_lie_around_the_bounded_truth(make_shop: Callable[..., Store]) -> None:
    store = make_shop("rich")
    p = wb.private(store, budget=wb.Budget(epsilon=100, delta=1e-7))  # almost no noise: the figures must be the truth's
    view = (
        p.table("impressions").where("position <= 3").limit(rows_per_user=10_000).spend(share=0.9)
        .per("device", "day", keys=p.public("devices", "calendar"))
        .measure(n=wb.count(), clicks=wb.sum("click", 0, 1), users=wb.count_users(), ctr=wb.ratio("clicks", "n"))
    )  # fmt: skip
    clicked = store.lazy("clicks").select("impression_id", click=1)
    truth = (
        store.lazy("impressions").drop_nulls("user_id").filter(pl.col("position") <= 3)
        .join(clicked, on="impression_id", how="left").group_by("device", day=pl.col("ts").dt.date())
        .agg(n=pl.len(), clicks=pl.col("click").count(), users=pl.col("user_id").n_unique()).collect()
    )  # fmt: skip
    assert truth.height == 6
    exact = {(row["device"], row["day"]): row for row in truth.iter_rows(named=True)}
    for row in view.limit(rows_per_user=200).release().rows:
        for name in ("n", "clicks", "users"):
            figure = row.figures[name]
            assert figure.low is not None
            assert figure.high is not None
            wider = 4 * (figure.high - figure.low)
            assert figure.low - wider <= exact[row.keys][name] <= figure.high + wider


def refusal(view: Callable[[PrivateStore], object], p: PrivateStore) -> str:
    with pytest.raises(InputError) as caught:
        view(p)
    return str(caught.value)


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (lambda p: p.table("impressions").measure(n=wb.count()).release(), "add .limit(rows_per_user=10)"),
        (lambda p: p.table("impressions").limit(rows_per_user=3).release(), "add .measure(n=wb.count())"),
        (lambda p: p.table("impressions").limit(rows_per_user=3).measure(), None),
        (lambda p: p.table("impressions").limit(rows_per_user=0), "rows_per_user == 0, must be"),
        (lambda p: p.table("impressions").limit(rows_per_user=2.5), "must be a whole number"),
        (lambda p: p.table("impressions").per("campaign_id", "day"), "keys=p.public('campaigns', 'calendar'))"),
        (lambda p: p.table("impressions").per("campaign_id", keys=p.public("devices")), "has keys for device"),
        (lambda p: p.table("impressions").per("ad_id"), "store.declare('ad_ids', 'ad_id', [<all values>])"),
        (lambda p: p.public("hours"), "store.declare('hours', <column>"),
        (lambda p: p.table("impressions").per("devise"), "did you mean 'device'"),
        (lambda p: p.table("impressions").per("user_id"), "cannot be asked about here"),
        (lambda p: p.table("impressions").where("user_id = 'x'"), "cannot be asked about here"),
        (lambda p: p.table("impressions").measure(n="count"), "write n=wb.count()"),
        (lambda p: p.table("impressions").measure(ctr=wb.ratio("clicks", "n")), "add .measure(clicks=wb.count())"),
        (lambda p: p.table("impressions").measure(**{"a b": wb.count()}), "must be a plain word"),
        (lambda p: p.table("impressions").measure(**{f"m{at}": wb.count() for at in range(10_000)}), "at most 50"),
        (lambda p: p.table("impressions").per(), "per names no column"),
        (
            lambda p: p.table("impressions").limit(rows_per_user=3).measure(n=wb.count(), n_low=wb.count()).cost(),
            "two columns of the release would be called 'n_low'",
        ),
        (lambda p: p.table("impressions").spend(epsilon=0), "epsilon == 0, must be > 0"),
        (lambda p: p.table("impressions").spend(epsilon=-1), "epsilon == -1, must be > 0"),
        (lambda p: p.table("impressions").spend(epsilon=float("nan")), "epsilon == nan, must be > 0"),
        (lambda p: p.table("impressions").spend(epsilon="x"), "epsilon == 'x', must be a number"),
        (lambda p: p.table("impressions").spend(epsilon=True), "epsilon == True, must be a number"),
        (lambda p: p.table("impressions").spend(share="x"), "share == 'x', must be a number"),
        (lambda p: p.table("impressions").spend(share=1.5), "share == 1.5, must be > 0 and <= 1"),
        (lambda p: p.table("impressions").spend(), "one of them"),
        (lambda p: p.table("impressions").noise("cauchy"), "must be 'gaussian' or 'laplace'"),
        (
            lambda p: p.table("impressions").limit(rows_per_user=3).measure(s=wb.sum("clik", 0, 1)).cost(),
            "did you mean 'click'",
        ),
    ],
)
def test_what_is_missing_or_wrong_prints_what_to_write(
    unspent: PrivateStore, view: Callable[[PrivateStore], object], message: str | None
) -> None:
    if message is None:
        view(unspent)
        return
    assert message in refusal(view, unspent)
    assert unspent.spent == 0


def test_keys_of_another_kind_than_their_column_are_refused(shop: Store, private_shop: PrivateStore) -> None:
    shop.declare("slots", "position", ["1", "2"])
    with pytest.raises(InputError, match="position is INTEGER and its public values are of type str, must be int"):
        private_shop.table("impressions").per("position", keys=private_shop.public("slots"))


def test_cells_of_a_true_or_false_column_are_written_as_such(make_shop: Callable[..., Store], shop: Store) -> None:
    impressions = shop.lazy("impressions").with_columns(new=pl.col("position") > 2).collect()
    p = wb.private(make_shop("flags", impressions=impressions), budget=wb.Budget(epsilon=3))
    for name, values in {"shouted": ["TRUE", "FALSE"], "said": ["yes", "no"], "flags": ["true", "false"]}.items():
        p.store.declare(name, "new", values)
    view = p.table("impressions").limit(rows_per_user=5).measure(n=wb.count())
    for name in ("shouted", "said"):
        with pytest.raises(InputError, match=r"must be 'true' and 'false': store.declare\(<name>, 'new'"):
            view.per("new", keys=p.public(name))
    assert view.per("new", keys=p.public("flags")).release().to_polars()["new"].to_list() == ["true", "false"]


def test_two_currencies_are_not_added_up(make_shop: Callable[..., Store]) -> None:
    mixed = pl.DataFrame({"campaign_id": ["c1", "c2"], "currency": ["CNY", "EUR"]})
    p = wb.private(make_shop(campaigns=mixed), budget=wb.Budget(epsilon=3))
    view = p.table("impressions").limit(rows_per_user=3).measure(cost=wb.sum("cost", 0, 1))
    with pytest.raises(InputError, match=r"2 currencies \(CNY, EUR\).*add campaign_id to per"):
        view.cost()
    assert view.per("campaign_id", keys=p.public("campaigns")).cost().errors["cost"] > 0


def test_money_is_shown_in_its_currency(private_shop: PrivateStore) -> None:
    view = private_shop.table("impressions").limit(rows_per_user=50).measure(revenue=wb.sum("revenue", 0, 100))
    release = view.spend(share=0.5).release()
    (note,) = release.measures
    assert note.currency == "CNY"
    assert release.to_polars()["revenue"].dtype == pl.Float64
    assert note.error is not None
    assert abs(release.rows[0].figures["revenue"].value or 0) < 2_000 + 10 * note.error


def test_views_do_not_change_under_each_other(unspent: PrivateStore) -> None:
    base = unspent.table("impressions").limit(rows_per_user=3)
    one = base.measure(n=wb.count())
    assert base != one
    with pytest.raises(InputError, match="measures nothing"):
        base.cost()


def test_unknown_tables_suggest_those_with_people(unspent: PrivateStore) -> None:
    with pytest.raises(UnknownNameError, match="must be one of impressions"):
        unspent.table("nothing")


def test_epsilon_of_a_release_is_what_its_rho_is_worth(private_shop: PrivateStore) -> None:
    release = full(private_shop).release()
    budget = private_shop.budget
    assert release.epsilon == epsilon_at(private_shop.ledger.spent_rho, budget.conversion_delta)
