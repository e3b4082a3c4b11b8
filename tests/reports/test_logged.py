"""What a log can tell, and a template that says honestly what it cannot."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.reports.logged import logged
from workbench.reports.report import report
from workbench.store.store import Store, create_store


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A log of impressions and clicks alone: no users, arms, devices, campaigns or money."""
    ids = [f"imp-{place}" for place in range(600)]
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    impressions = pl.DataFrame({"impression_id": ids, "ts": [noon.replace(day=1 + i % 5) for i in range(600)]})
    clicks = pl.DataFrame({"impression_id": ids[::50]})
    store = create_store(tmp_path_factory.mktemp("bare") / "store")
    return store.write({"impressions": impressions, "clicks": clicks}, source="by hand")


def test_different_values_are_counted(shop: Store, bare: Store) -> None:
    assert logged(shop, "device") == 3
    assert logged(shop, "interest", table="users") == 6
    assert logged(shop, "no_such") == logged(shop, "x", table="feedback") == logged(bare, "user_id") == 0


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_a_bare_log_gets_an_honest_review(bare: Store, audience: str, tmp_path: Path) -> None:
    html = report("campaign-review", bare, audience=audience, out=tmp_path).html.read_text(encoding="utf-8")
    if audience == "internal":
        for said in (
            "600 impressions brought 12 clicks",
            "This log names no arms",
            "This log names one campaign or none",
            "No model was given",
            "This log has no users: no user-level guarantee, so nothing can be released",
        ):
            assert said in html, said
    else:
        assert "no figure about anybody" in html
        assert "12 clicks" not in html
        assert "<figure" not in html
