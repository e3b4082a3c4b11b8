"""The verb: files for one audience, errors that tell where and of what kind, nothing half-written."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from workbench.errors import DataError, StoreError, UnknownNameError
from workbench.progress import Progress
from workbench.reports.report import report
from workbench.store.store import Store

Write = Callable[..., Path]
PARAMETERS = ("code", "store_folder = ''\nrun_id = None\naudience = ''\ntitle = ''\nprepared_by = ''", ["parameters"])
IMPORTS = "import workbench as wb\nfrom workbench.reports.answers import answer\n"
ANSWER = ("code", f"{IMPORTS}answer(wb.summarise(wb.open(store_folder), by=()))", ["answer"])


def test_an_internal_report_shows_everything(shop: Store, tmp_path: Path, write_template: Write) -> None:
    path = write_template(
        ("text", "# Review", []),
        PARAMETERS,
        ANSWER,
        ("text", "## What?\nProse with <b>tags</b>.", []),
        ("code", "wb.chart(wb.summarise(wb.open(store_folder), by='device'))", []),
        ("code", "wb.summarise(wb.open(store_folder), by='device')", ["table"]),
        ("code", "print('printed & shown')", []),
        ("code", "raise ValueError('alice@shop.' + 'example')", ["raises-exception"]),
        ("code", "print('for others')", ["shared"]),
        ("text", "**How we know.** Clustered.", ["how"]),
    )
    told: list[Progress] = []
    values = {"title": "Spring", "prepared_by": "Lin Wei"}
    made = report(path, shop, audience="internal", out=tmp_path / "o", parameters=values, on_progress=told.append)
    html = made.html.read_text(encoding="utf-8")
    assert made.html.name == "report.html"
    for shown in (
        "<h1>Spring</h1>",
        "Lin Wei",
        "6,000 impressions to",
        "&lt;b&gt;tags",
        "CTR by device",
        "Table behind this chart",
        "All figures",
        "printed &amp; shown",
        "stopped with ValueError",
        'class="how"',
        "SHA-256",
        shop.lineage_id,
    ):
        assert shown in html, shown
    for hidden in ("alice@shop.example", "for others", "http://", "https://"):
        assert hidden not in html.replace('xmlns="http://www.w3.org/2000/svg"', ""), hidden
    assert html.count('class="wide"') == html.count('class="narrow"') == 1
    nbformat.validate(nbformat.read(made.notebook, as_version=4))
    assert (told[-1].done, told[-1].total) == (7, 7)
    assert made.withheld == ()
    _check_records(shop)


def _check_records(shop: Store) -> None:
    from workbench.store.access import access_log

    (row,) = shop.refresh().table("lineage").filter("kind = 'report' AND detail LIKE '%internal%'").limit(1).fetchall()
    assert "review" in row
    assert any(entry.action == "report" for entry in access_log(shop.folder))


def test_a_failing_cell_is_named_and_nothing_is_written(shop: Store, tmp_path: Path, write_template: Write) -> None:
    path = write_template(PARAMETERS, ("text", "text", []), ("code", "{}['alice@shop.example']", []))
    for audience, files in (("shared", []), ("internal", ["report.failed.ipynb"])):
        out = tmp_path / audience
        with pytest.raises(DataError, match="cell 3 of review stopped with KeyError") as error:
            report(path, shop, audience=audience, out=out)
        assert "alice" not in str(error.value)
        assert sorted(entry.name for entry in out.iterdir()) == files
    assert "alice" in (tmp_path / "internal" / "report.failed.ipynb").read_text()


def test_a_disk_that_is_nearly_full_is_named_where_a_cell_failed(
    shop: Store, tmp_path: Path, write_template: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_template(PARAMETERS, ("code", "1/0", []))
    usage = SimpleNamespace(total=2**40, used=2**40, free=3 * 2**20)
    monkeypatch.setattr("workbench.reports.report.shutil.disk_usage", lambda _: usage)
    with pytest.raises(DataError, match=r"stopped with ZeroDivisionError.*The disk has 3 MB left: make room first$"):
        report(path, shop, out=tmp_path / "out")


def test_an_earlier_report_stays_whole_when_the_next_one_fails(
    shop: Store, tmp_path: Path, write_template: Write
) -> None:
    good, bad = (
        write_template(PARAMETERS, ("code", "1", [])),
        write_template(PARAMETERS, ("code", "1/0", []), name="bad"),
    )
    made = report(good, shop, out=tmp_path / "out")
    before = made.html.read_bytes()
    with pytest.raises(DataError):
        report(bad, shop, out=tmp_path / "out")
    assert made.html.read_bytes() == before


def test_wrong_names_are_refused_before_anything_runs(shop: Store, tmp_path: Path, write_template: Write) -> None:
    path = write_template(PARAMETERS)
    with pytest.raises(UnknownNameError, match="audience == 'public', must be one of internal, shared"):
        report(path, shop, audience="public", out=tmp_path)
    with pytest.raises(UnknownNameError, match="did you mean 'title'"):
        report(path, shop, out=tmp_path, parameters={"titel": "x"})


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_takes_no_files_is_refused(shop: Store, tmp_path: Path, write_template: Write) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be"):
        report(write_template(PARAMETERS), shop, out=closed / "out")


def test_a_file_in_the_way_of_the_folder_is_refused(shop: Store, tmp_path: Path, write_template: Write) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        report(write_template(PARAMETERS), shop, out=tmp_path / "taken")
