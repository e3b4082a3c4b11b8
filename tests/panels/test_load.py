"""The load panel's kernel half: what files are, where their columns go, and the load as a job; no cell is kept."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

import workbench as wb
from tests.panels.conftest import until
from workbench.errors import InputError, UnknownNameError
from workbench.jobs.job import list_jobs
from workbench.panels.load import LoadPanel
from workbench.panels.panel import Panel
from workbench.store.store import Store, create_store

HEAD = "time,uid,ad,clk,device,cost,note"
ROWS = [
    f"2026-11-27 10:{n % 60:02d}:00,person-{n % 40},ad-{n % 7},{int(n % 10 == 0)},pc,0.25,secret {n}".replace(
        "pc", "phone" if n % 3 else "pc"
    )
    for n in range(400)
]


@pytest.fixture
def folder(tmp_path: Path, workbench_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log in it, in which the kernel works."""
    assert workbench_home.is_dir()
    (tmp_path / "log.csv").write_text("\n".join([HEAD, *ROWS]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Store:
    """An empty store beside the log."""
    return create_store(folder / "shop")


def opened(store: Store, *files: str) -> tuple[LoadPanel, list[dict[str, Any]]]:
    """A panel that has looked into files, and what it told."""
    told: list[dict[str, Any]] = []
    panel = LoadPanel(store)
    panel.send = lambda content, buffers=None: told.append(content)  # type: ignore[method-assign]  # noqa: ARG005
    panel.receive({"request": "LookAt", "paths": list(files)})
    until(panel, lambda: panel.frame["working"] == "" and not panel.state["checking"])
    return panel, told


def settle(panel: LoadPanel, form: dict[str, Any]) -> None:
    """Change the settings, and wait for the check of the first rows."""
    panel.receive({"request": "LoadSettings", "form": form})
    until(panel, lambda: not panel.state["checking"])


def plain(value: object) -> dict[str, Any]:
    """A state as the browser sends it back."""
    sent: dict[str, Any] = json.loads(json.dumps(value))
    return sent


def change(panel: Panel, column: str, **changes: object) -> dict[str, Any]:
    """The form with one column's choice changed."""
    form = plain(panel.state["form"])
    for one in form["kinds"][0]["columns"]:
        if one["column"] == column:
            one.update(changes)
    return form


def test_it_opens_empty_and_names_the_files_that_are_there(store: Store) -> None:
    panel = wb.panel("load", store)
    assert (panel.frame["phase"], panel.state["found"]) == ("empty", ("log.csv",))
    assert "No file was looked into" in panel.fallback()


def test_files_are_looked_into_and_a_mapping_is_suggested(store: Store) -> None:
    panel, _ = opened(store, "log.csv")
    assert (panel.frame["phase"], panel.frame["refusal"], panel.state["problem"]) == ("ready", None, "")
    (kind,) = panel.state["kinds"]
    assert [(one["name"], one["kind"]) for one in kind["columns"]][:4] == [
        ("time", "time"),
        ("uid", "category"),
        ("ad", "category"),
        ("clk", "flag"),
    ]
    targets = {one["column"]: one["target"] for one in panel.state["form"]["kinds"][0]["columns"]}
    assert targets == {
        "time": "ts",
        "uid": "user_id",
        "ad": "ad_id",
        "clk": "click",
        "device": "device",
        "cost": "cost_micros",
        "note": "field",
    }
    assert [(one["table"], one["rows"]) for one in panel.state["check"]["tables"]] == [
        ("impressions", 400),
        ("clicks", 40),
    ]
    assert store.refresh().version == 0


def test_what_was_chosen_is_loaded_as_a_job(store: Store) -> None:
    panel, _ = opened(store, "log.csv")
    panel.receive({"request": "StartLoading", "form": change(panel, "note", target="")})
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})
    assert panel.frame["refusal"] is None
    answer = panel.state["answer"]
    assert [(one["table"], one["rows"]) for one in answer["tables"]] == [("impressions", 400), ("clicks", 40)]
    assert (answer["version"], answer["bots"], answer["already_loaded"]) == (1, 0, False)
    loaded = store.refresh()
    assert "note" not in loaded.columns("impressions")
    assert loaded.lazy("impressions").select("cost_micros").collect()["cost_micros"].unique().to_list() == [250_000]
    assert "400" in panel.fallback()
    again = LoadPanel(store.refresh())
    assert again.state["answer"] == answer, "a panel opened later shows the last load"
    panel.receive({"request": "StartLoading", "form": plain(panel.state["form"])})
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})
    assert panel.state["answer"]["already_loaded"]


def test_its_code_loads_the_same(store: Store, folder: Path) -> None:
    panel, _ = opened(store, "log.csv")
    names: dict[str, Any] = {}
    exec(panel.frame["python"], names)  # noqa: S102 - this is what is tested
    assert dict(names["result"].rows) == {"impressions": 400, "clicks": 40}
    panel.receive({"request": "StartLoading", "form": plain(panel.state["form"])})
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})
    assert panel.state["answer"]["already_loaded"], "the panel's mapping is the code's"
    (mapping,) = (folder / "shop" / "mappings").iterdir()
    assert wb.open("shop").load("generic", "log.csv", mapping=mapping).already_loaded


def test_nothing_of_the_rows_is_kept_and_samples_are_masked(store: Store) -> None:
    panel, told = opened(store, "log.csv")
    kept = f"{panel.get_state()} {panel.fallback()} {panel.bundle()} {panel.frame}"
    assert "person-" not in kept
    assert "secret" not in kept
    (samples,) = [one for one in told if one.get("told") == "MaskedSamples"]
    shown = {one["column"]: one["samples"] for one in samples["columns"]}
    assert shown["device"] == ("phone", "pc")
    assert shown["note"][0].startswith("aaaaaa 9")
    assert all(len(sample) == 4 and sample.endswith("…") for sample in shown["uid"])
    told.clear()
    panel.receive({"request": "ShowSamples"})
    assert [one["told"] for one in told] == ["MaskedSamples"]


@pytest.mark.parametrize(
    ("column", "changes", "said"),
    [
        ("note", {"target": "ts"}, "both go to ts"),
        ("note", {"target": "nowhere"}, "nowhere"),
        ("note", {"target": "revenue"}, "belongs to an order"),
        ("time", {"unit": "days"}, "days"),
    ],
)
def test_settings_that_cannot_be_loaded_say_why(store: Store, column: str, changes: dict[str, Any], said: str) -> None:
    panel, _ = opened(store, "log.csv")
    settle(panel, change(panel, column, **changes))
    assert said in panel.state["problem"]
    assert panel.state["check"] is None
    settle(panel, change(panel, column, target="", unit=""))
    assert panel.state["problem"] == ""


def test_wrong_cells_are_counted_before_and_refused_at_the_load(store: Store, folder: Path) -> None:
    (folder / "bad.csv").write_text("\n".join([HEAD, *ROWS, "never,person-1,ad-1,0,pc,0.25,x"]))
    panel, _ = opened(store, "bad.csv")
    form = change(panel, "time", target="ts")
    settle(panel, form)
    (impressions, _) = panel.state["check"]["tables"]
    assert [(one["reason"], one["rows"]) for one in impressions["set_aside"]] == [("time is not a time", 1)]
    panel.receive({"request": "StartLoading", "form": form})
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})
    assert "Line 402 of bad.csv" in panel.frame["refusal"]
    assert "never" not in panel.frame["refusal"]
    panel.receive({"request": "StartLoading", "form": {**form, "set_aside": 0.01}})
    until(panel, lambda: panel.frame["phase"] == "answer")
    assert panel.state["answer"]["tables"][0]["set_aside"][0]["rows"] == 1


def test_a_known_source_needs_no_choices(store: Store, shared_data: Path) -> None:
    panel, _ = opened(store, str(shared_data / "open-bandit" / "bts"))
    assert panel.state["form"]["source"] == "open-bandit"
    assert panel.state["sources"][0]["share"] == 1
    assert panel.state["problem"] == ""
    assert {one["origin"] for one in panel.state["check"]["mapped"]} >= {"timestamp", "propensity_score"}
    assert "store.load('open-bandit', " in panel.frame["python"]
    assert "mapping" not in panel.frame["python"]


def test_a_database_is_loaded_table_by_table(store: Store, folder: Path) -> None:
    with duckdb.connect(folder / "log.duckdb") as opened_file:
        opened_file.execute("CREATE TABLE events AS SELECT * FROM read_csv('log.csv')")
        opened_file.execute("CREATE TABLE ads AS SELECT DISTINCT ad AS ad_id, 'shoes' AS category FROM events")
    panel, _ = opened(store, "log.duckdb")
    assert [(kind["inner"], kind["table"]) for kind in panel.state["form"]["kinds"]] == [
        ("ads", "ads"),
        ("events", "impressions"),
    ]
    panel.receive({"request": "StartLoading", "form": plain(panel.state["form"])})
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})
    assert panel.frame["refusal"] is None
    assert store.refresh().rows("impressions") == 400


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("log.parquet", b"time,uid\n1,alice\n", "is not a Parquet file"),
        ("log.duckdb", b"time,uid\n1,alice\n", "is not a DuckDB file"),
        ("empty.csv", b"", "is empty"),
        ("log.xls", b"time,uid\n1,alice\n", "no ending the loader knows"),
        ("gbk.csv", "时间,用户\n1,甲\n".encode("gbk"), "not UTF-8"),
    ],
)
def test_files_that_are_not_what_their_name_says(
    store: Store, folder: Path, name: str, content: bytes, said: str
) -> None:
    (folder / name).write_bytes(content)
    panel, _ = opened(store, name)
    assert panel.frame["phase"] == "refused"
    assert said in panel.frame["refusal"]
    assert "alice" not in panel.frame["refusal"]
    panel.receive({"request": "LookAt", "paths": ["log.csv"]})
    until(panel, lambda: panel.frame["working"] == "" and not panel.state["checking"])
    assert panel.frame["phase"] == "ready", "another file mends it"


def test_a_file_of_five_hundred_columns(store: Store, folder: Path) -> None:
    head = ",".join(["uid", "ad", "click", *(f"c{n}" for n in range(497))])
    (folder / "wide.csv").write_text("\n".join([head, *[f"u{n},a1,0," + ",".join(["1.5"] * 497) for n in range(50)]]))
    panel, _ = opened(store, "wide.csv")
    assert (panel.frame["refusal"], panel.state["problem"]) == (None, "")
    assert len(panel.state["kinds"][0]["columns"]) == 500
    assert len(panel.frame["python"]) < 1_000, "columns that differ by a number are one pattern"


def test_files_stay_those_that_were_looked_into(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, _ = opened(store, "log.csv")
    (folder / "other").mkdir()
    (folder / "other" / "log.csv").write_text("\n".join([HEAD, *ROWS[:5]]))
    monkeypatch.chdir(folder / "other")
    settle(panel, plain(panel.state["form"]) | {"set_aside": 0.01})
    assert panel.state["check"]["tables"][0]["rows"] == 400
    assert repr(str(folder / "log.csv")) in panel.frame["python"]
    panel.receive({"request": "StartLoading", "form": plain(panel.state["form"])})
    assert str(folder / "log.csv") in list_jobs(store.folder)[0].arguments
    until(panel, lambda: panel.frame["phase"] in {"answer", "refused"})


def test_the_newest_settings_are_checked_and_none_holds_the_kernel(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, _ = opened(store, "log.csv")
    load, began, go, checked = Store.load, threading.Event(), threading.Event(), []

    def slow(*given: Any, **named: Any) -> object:  # noqa: ANN401 - handed on as it came
        checked.append(given)
        began.set()
        assert go.wait(60)
        return load(*given, **named)

    monkeypatch.setattr(Store, "load", slow)
    for share in (0.01, 0.02):
        panel.receive({"request": "LoadSettings", "form": plain(panel.state["form"]) | {"set_aside": share}})
        assert began.wait(60)
    last = change(panel, "note", target="ts")
    panel.receive({"request": "LoadSettings", "form": last})
    assert (panel.state["checking"], plain(panel.state["form"])) == (True, last), "what was set is kept at once"
    go.set()
    until(panel, lambda: not panel.state["checking"])
    assert "both go to ts" in panel.state["problem"]
    assert len(checked) == 1, "the one under way; the second was overtaken, the last is refused unread"


def test_what_is_said_to_name_people_is_masked_at_once(store: Store) -> None:
    panel, told = opened(store, "log.csv")
    told.clear()
    settle(panel, change(panel, "device", target=""))
    assert told == []
    settle(panel, change(panel, "note", target="pseudonym"))
    (samples,) = told
    shown = {one["column"]: one["samples"] for one in samples["columns"]}
    assert all(len(sample) == 4 for sample in shown["note"])


def test_a_folder_may_hold_what_is_no_log(store: Store, folder: Path) -> None:
    (folder / "logs").mkdir()
    (folder / "log.csv").rename(folder / "logs" / "log.csv")
    (folder / "logs" / "README.txt").write_text("A log.")
    panel, _ = opened(store, "logs")
    assert (panel.frame["phase"], panel.state["problem"]) == ("ready", "")
    assert [file["name"] for file in panel.state["files"]] == ["log.csv"]


@pytest.mark.parametrize("path", ["~nobody-of-that-name/x.csv", "x" * 300, "none.csv"])
def test_paths_that_lead_nowhere_are_refused_in_one_line(store: Store, path: str) -> None:
    panel, _ = opened(store, path)
    assert panel.frame["phase"] == "refused"
    assert "give a file or a folder" in panel.frame["refusal"]


def test_settings_of_other_files_are_refused(store: Store) -> None:
    panel, _ = opened(store, "log.csv")
    form = plain(panel.state["form"])
    panel.receive({"request": "StartLoading", "form": {**form, "paths": ["/etc/passwd"]}})
    assert "of other files than the panel shows" in panel.frame["refusal"]
    panel.receive({"request": "StartLoading", "form": {**form, "source": "avazu"}})
    assert "avazu" in panel.frame["refusal"]
    assert list_jobs(store.folder) == ()


def test_a_look_reads_no_other_file(store: Store, folder: Path) -> None:
    with duckdb.connect(folder / "spy.duckdb") as spy:
        spy.execute(f"CREATE VIEW v AS SELECT * FROM read_text('{folder / 'log.csv'}')")
        spy.execute("CREATE TABLE t AS SELECT 1 AS ad_id")
    panel, told = opened(store, "spy.duckdb")
    assert [kind["inner"] for kind in panel.state["kinds"]] == ["t"]
    assert "person" not in str(told)


def test_a_folder_that_cannot_be_written_to_is_refused_in_one_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, _ = opened(store, "log.csv")
    real = os.open

    def full(path: object, flags: int, *rest: int, **more: int) -> int:
        if flags & os.O_CREAT and "mappings" in str(path):
            raise OSError(28, "No space left on device")
        return real(path, flags, *rest, **more)  # type: ignore[arg-type]  # whatever os.open was called with

    monkeypatch.setattr("os.open", full)
    panel.receive({"request": "StartLoading", "form": plain(panel.state["form"])})
    assert "No space left on device" in panel.frame["refusal"]
    assert list_jobs(store.folder) == ()


def test_what_it_opens_on_is_checked(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="files"):
        wb.panel("load", store, file="log.csv")
    with pytest.raises(InputError, match="files"):
        wb.panel("load", store, files=[1])
    panel = wb.panel("load", store, files="log.csv")
    until(panel, lambda: panel.frame["phase"] == "ready")
    assert panel.state["form"]["paths"] == ("log.csv",)
