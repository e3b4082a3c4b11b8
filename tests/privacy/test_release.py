"""Releases: rebuilt from the ledger alone, and what they say."""

from datetime import date

import pytest

import workbench as wb
from workbench.errors import StoreError
from workbench.privacy.private import PrivateStore
from workbench.privacy.release import MIME, Figure, Release
from workbench.store.store import Store


@pytest.fixture
def release(private_shop: PrivateStore) -> Release:
    p = private_shop
    return (
        p.table("impressions").where("device = 'phone'").per("day", keys=p.public("calendar")).limit(rows_per_user=5)
        .measure(n=wb.count(), clicks=wb.sum("click", 0, 1), ctr=wb.ratio("clicks", "n")).release()
    )  # fmt: skip


def test_a_release_is_rebuilt_from_the_ledger_alone(
    private_shop: PrivateStore, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.store.store.Store.connect", lambda _: pytest.fail("rows were read"))
    again = private_shop.released(release.id)
    assert again.to_polars().equals(release.to_polars())
    assert again._repr_mimebundle_() == release._repr_mimebundle_()
    assert again.statement == release.statement


def test_an_unknown_release_is_refused(private_shop: PrivateStore) -> None:
    with pytest.raises(StoreError, match="only released answers can be shown"):
        private_shop.released("0" * 32)


def test_columns_are_keys_then_value_low_high(release: Release) -> None:
    names = [f"{name}{end}" for name in ("n", "clicks", "ctr") for end in ("", "_low", "_high")]
    assert release.to_polars().columns == ["day", *names]
    assert [row.keys for row in release.rows] == [(date(2026, 3, day),) for day in (2, 3, 4)]


def test_the_statement_says_bound_use_and_price(release: Release) -> None:
    for part in ("at most 5 impressions a person", "not for billing", "cover the bounded total", "epsilon", "device"):
        assert part in release.statement


def test_a_notebook_keeps_the_id(release: Release) -> None:
    bundle = release._repr_mimebundle_(include=None, exclude=None)
    assert bundle[MIME] == {"release": release.id}
    assert MIME == "application/vnd.workbench.release+json"
    assert release.id[:12] in str(bundle["text/html"])


def test_figures_read_plainly() -> None:
    assert str(Figure(-3, -10, 4)) == "-3 (-10 to 4)"
    assert str(Figure(None, None, None)) == "no data"


def test_a_quotient_over_noise_reads_no_data(make_shop: object, shop: Store) -> None:
    p = wb.private(shop, budget=wb.Budget(epsilon=0.01))
    view = (
        p.table("impressions")
        .limit(rows_per_user=100)
        .measure(n=wb.count(), c=wb.sum("click", 0, 1), r=wb.ratio("c", "n"))
    )
    figure = view.where("hour = 3").release().rows[0].figures["r"]
    assert str(figure) == "no data" or figure.value is not None
    assert make_shop


def test_the_id_and_the_ledger_hold_no_content_of_the_rows(private_shop: PrivateStore, release: Release) -> None:
    text = "".join((entry.query or "") + (entry.answer or "") for entry in private_shop.ledger.entries())
    people = private_shop.store.lazy("impressions").select("user_id").drop_nulls().collect()["user_id"].unique()
    assert not any(person in text for person in people)
    assert len(release.id) == 32


def test_printed_a_release_shows_every_cell_and_its_statement(release: Release) -> None:
    lines = str(release).splitlines()
    table = lines[2:6]
    assert table[0].split() == ["day", "n", "clicks", "ctr"]
    for line, row in zip(table[1:], release.rows, strict=True):
        assert line.startswith(f"{row.keys[0]}  ")
        assert line.split("  ", 1)[1].split() == " ".join(str(figure) for figure in row.figures.values()).split()
    assert len({len(line) for line in table[1:]}) == 1, "figures end in one column"
    assert lines[-1] == release.statement
    assert "Release(" not in str(release)


def test_printed_a_large_release_says_that_it_is_cut(private_shop: PrivateStore) -> None:
    private_shop.store.declare("slots", "position", list(range(150)))
    view = private_shop.table("impressions").per("position", keys=private_shop.public("slots")).limit(rows_per_user=5)
    lines = str(view.measure(n=wb.count()).release()).splitlines()
    assert "150 cells" in lines[0]
    assert lines[0].endswith("the first 100 are shown")
    assert lines[102].startswith("99 ")
    assert lines[103] == ""
