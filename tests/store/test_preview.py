"""A dry run says what would happen, writes nothing and shows no cell."""

from pathlib import Path

from workbench.store.pseudonyms import key_path
from workbench.store.store import create_store

MAPPING = {"file": [{"impressions": {"impression_id": "id", "user_id": "uid", "position": "place", "keep": ["size"]}}]}


def test_a_dry_run_tells_and_leaves_no_trace(tmp_path: Path) -> None:
    store = create_store(tmp_path / "shop")
    key_path(store.lineage_id).unlink()  # Not needed: nothing is kept.
    lines = [f"i{n},user-{n % 4},{n % 3},{n}.5" for n in range(3_000)]
    lines[5] = "i5,,here,1.5"
    (tmp_path / "log.csv").write_text("\n".join(["id,uid,place,size", *lines]))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    result = store.load("generic", tmp_path / "log.csv", mapping=MAPPING, dry_run=True)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before

    assert result.dry_run
    assert result.rows == {"impressions": 665}  # Of 1,000 rows 334 stand at position 0 and one holds text.
    assert dict(result.rejected) == {"place is below 1": 334, "place is not a whole number": 1}
    found = {column.column: (column.type, column.personal, column.distinct) for column in result.columns}
    assert found == {
        "impression_id": ("VARCHAR", False, 665),
        "user_id": ("VARCHAR", True, 4),
        "position": ("INTEGER", False, 2),
        "size": ("DOUBLE", False, 665),
    }
    shown = str(result) + result._repr_html_() + repr(result)
    assert "dry run" in shown
    assert "pseudonym of uid" in shown
    assert "user-1" not in shown
    assert "here" not in shown


def test_the_real_logs_preview(tmp_path: Path, shared_data: Path) -> None:
    store = create_store(tmp_path / "shop")
    result = store.load("open-bandit", shared_data / "open-bandit", dry_run=True)
    assert result.rows["impressions"] == 4_000
    assert (result.rows["campaigns"], result.rows["ads"]) == (2, 114)
    assert result.unmapped == ("column0",)
