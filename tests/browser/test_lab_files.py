"""Data files and stores in JupyterLab's file browser open as cells; nothing of a file comes into the browser."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb
import numpy as np
import polars as pl
import pytest

from tests.browser.lab import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Response, WebSocket

pytestmark = pytest.mark.browser
LOADED = 'wb.panel("load", store, files=[{}])'


@pytest.fixture
def area(lab_root: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of a test's own, with a store in it, `shop/`."""
    folder = lab_root / re.sub(r"\W+", "-", request.node.name).strip("-")
    shutil.copytree(lab_root / "shop", folder / "shop", ignore=shutil.ignore_patterns("jobs", "runs"))
    yield folder
    shutil.rmtree(folder)


class Traffic:
    """What the browser receives from now on."""

    def __init__(self, lab: Lab) -> None:
        self.responses: list[Response] = []
        self.frames: list[int] = []
        self.first = len(lab.requests)
        self.lab = lab
        lab.page.on("response", lambda response: self.responses.append(response))  # noqa: PLW0108 - marked by playwright
        lab.page.on("websocket", self._listen)

    def _listen(self, socket: "WebSocket") -> None:
        socket.on("framereceived", lambda content: self.frames.append(len(content)))

    def asked(self, name: str) -> list[str]:
        """Requests since then that name a file."""
        return [url for url in self.lab.requests[self.first :] if f"/{name}" in unquote(urlsplit(url).path)]

    def largest(self) -> int:
        """Bytes of the largest answer of the server's interface, or of all that came over a socket."""
        served = [one for one in self.responses if re.search("/(api|files)/", urlsplit(one.url).path)]
        sizes = [one.request.sizes()["responseBodySize"] for one in served if one.request.method == "GET"]
        return max([sum(self.frames), *sizes])


def item(lab: Lab, name: str) -> "Locator":
    """A line of the file browser."""
    return lab.page.locator(".jp-DirListing-item").filter(has=lab.page.get_by_text(name, exact=True))


def go(lab: Lab, folder: str, name: str) -> None:
    """Show a folder in the file browser and wait for a name in it."""
    lab.command("filebrowser:go-to-path", path=folder, dontShowBrowser=True)
    item(lab, name).wait_for()


def stores_are_known(lab: Lab, path: str) -> None:
    """Wait until the extension knows a store."""
    lab.page.get_by_role("tab", name=re.compile("Campaign Workbench")).click()
    lab.page.get_by_role("region", name=path, exact=True).wait_for()
    lab.page.get_by_role("tab", name=re.compile("^File Browser")).click()


def cells(lab: Lab, count: int) -> list[str]:
    """The sources of the notebook at hand, once it holds so many cells that open a panel."""
    sources: list[str] = lab.page.wait_for_function(
        """count => {
          const cells = window.jupyterapp.shell.currentWidget?.content?.widgets ?? [];
          const sources = cells.map(cell => cell.model?.sharedModel.getSource() ?? '');
          return sources.filter(source => source.includes('wb.panel(')).length === count && sources;
        }""",
        arg=count,
        timeout=60_000,
    ).json_value()
    return [source for source in sources if source.strip()]


def tabs(lab: Lab) -> list[str]:
    return lab.page.locator("#jp-main-dock-panel .lm-TabBar-tabLabel").all_inner_texts()


def watch_tabs(lab: Lab) -> None:
    """Note the label of every tab that stands there for a moment, at `window.labels`."""
    lab.page.evaluate(
        """() => {
          const dock = document.querySelector('#jp-main-dock-panel');
          const note = () => dock.querySelectorAll('.lm-TabBar-tabLabel').forEach(tab => labels.add(tab.textContent));
          const labels = window.labels = new Set();
          new MutationObserver(note).observe(dock, {childList: true, subtree: true, characterData: true});
        }"""
    )


def menu(lab: Lab, name: str) -> "Locator":
    """The context menu of a line of the file browser."""
    item(lab, name).click(button="right")
    shown = lab.page.locator(".lm-Menu").first
    shown.wait_for()
    return shown


def quiet(lab: Lab) -> None:
    assert lab.console == []
    assert lab.foreign_requests() == []
    assert lab.page.locator(".jp-Dialog").count() == 0


def test_a_double_click_opens_a_cell_and_reads_nothing(lab: Lab, area: Path) -> None:
    (area / "log.csv").write_text("user,click\n" + "7,0\n" * 2_000_000)
    pl.DataFrame({"value": np.random.default_rng(0).random(800_000)}).write_parquet(area / "log.parquet")
    with duckdb.connect(str(area / "log.duckdb")) as made:
        made.execute("CREATE TABLE log AS SELECT random() AS value FROM range(800000)")
    names = ["log.csv", "log.parquet", "log.duckdb"]
    assert all((area / name).stat().st_size >= 5_000_000 for name in names)
    lab.open(area.name)
    watch_tabs(lab)
    traffic = Traffic(lab)
    for number, name in enumerate([*names, "log.csv"], start=1):
        item(lab, name).dblclick()
        last = cells(lab, number)[-1]
        assert last.splitlines() == [
            "import workbench as wb",
            "",
            'store = wb.open("shop")',
            LOADED.format(f'"{name}"'),
        ]
    # What the kernel says is counted too, once it has run the first of them.
    lab.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets.some(cell => cell.model.executionCount)", timeout=60_000
    )
    lab.page.wait_for_timeout(1_000)
    for name in names:
        for url in traffic.asked(name):
            assert parse_qs(urlsplit(url).query).get("content") == ["0"]
    assert traffic.responses
    assert traffic.frames
    assert traffic.largest() < 500_000
    assert set(lab.page.evaluate("[...window.labels]")) <= {"Launcher", "Untitled.ipynb"}
    assert tabs(lab) == ["Launcher", "Untitled.ipynb"]
    assert [path.name for path in area.glob("*.ipynb")] == ["Untitled.ipynb"]
    quiet(lab)


def test_the_first_file_of_all_makes_an_empty_store(lab: Lab, area: Path) -> None:
    (area / "log.jsonl.gz").write_bytes(b"")
    lab.page.route("**/campaign-workbench/api/stores*", lambda route: route.fulfill(json={"stores": []}))
    lab.open(area.name)
    item(lab, "log.jsonl.gz").dblclick()
    (source,) = cells(lab, 1)
    assert source.splitlines()[2:] == [
        'store = wb.open("campaigns", create=True)',
        LOADED.format('"log.jsonl.gz"'),
    ]
    quiet(lab)


def test_any_name_is_written_so_that_python_reads_it(lab: Lab, area: Path) -> None:
    names = ['it\'s "new".csv', "日志 2026 年.tsv", "back\\slash $HOME {x}.ndjson", "😀 #1%20?.csv.zst"]
    folder = area / "原始 logs"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("user\n7\n")
    (area / "notes").mkdir()
    lab.open(lab.notebook(f"{area.name}/notes/own.ipynb", "1 + 1"))
    lab.page.wait_for_selector(".jp-Notebook .jp-Cell")
    go(lab, f"{area.name}/{folder.name}", names[0])
    for number, name in enumerate(names, start=1):
        item(lab, name).dblclick()
        source = cells(lab, number)[-1]
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        found = {ast.unparse(call.func): call for call in calls}
        assert ast.literal_eval(found["wb.open"].args[0]) == "../shop"
        assert ast.literal_eval(found["wb.panel"].keywords[0].value) == [f"../{folder.name}/{name}"]
    assert tabs(lab) == ["own.ipynb"]
    quiet(lab)


def test_a_store_folder_opens_its_panel(lab: Lab, area: Path) -> None:
    lab.open(area.name)
    stores_are_known(lab, f"{area.name}/shop")
    item(lab, "shop").dblclick()
    (source,) = cells(lab, 1)
    assert source.splitlines()[2:] == ['store = wb.open("shop")', 'wb.panel("load", store)']
    assert lab.page.evaluate("window.jupyterapp.shell.currentWidget.context.path") == f"{area.name}/Untitled.ipynb"
    item(lab, "store.json").wait_for()
    quiet(lab)


def test_several_files_are_one_cell_and_the_context_menu_opens_stores(lab: Lab, area: Path) -> None:
    for name in ("a.csv", "b.parquet", "notes.txt"):
        (area / name).write_text("user\n7\n")
    (area / "plain").mkdir()
    lab.open(area.name)
    stores_are_known(lab, f"{area.name}/shop")
    ways = [
        lambda: lab.page.keyboard.press("Enter"),
        lambda: lab.command("filebrowser:open"),
        lambda: menu(lab, "b.parquet").get_by_text("Load into a campaign store").click(),
    ]
    for number, way in enumerate(ways, start=1):
        item(lab, "a.csv").click()
        item(lab, "b.parquet").click(modifiers=["ControlOrMeta"])
        way()
        assert cells(lab, number)[-1].splitlines()[-1] == LOADED.format('"a.csv", "b.parquet"')
    menu(lab, "shop").get_by_text("Open campaign store").click()
    assert cells(lab, 4)[-1].splitlines()[-1] == 'wb.panel("load", store)'
    for name in ("notes.txt", "plain"):
        item(lab, name).click()
        assert "campaign store" not in menu(lab, name).inner_text()
        lab.page.keyboard.press("Escape")
    quiet(lab)


def test_other_viewers_stay_and_a_users_choice_wins(lab: Lab, area: Path) -> None:
    (area / "log.csv").write_text("user,click\n7,0\n")
    lab.open(area.name)
    menu(lab, "log.csv").get_by_text("Open With").hover()
    offered = lab.page.locator(".lm-Menu").nth(1)
    offered.get_by_text("Load data").wait_for()
    offered.get_by_text("CSV Viewer").click()
    lab.page.locator(".jp-CSVViewer").wait_for()
    lab.page.locator("#jp-main-dock-panel .lm-TabBar-tabCloseIcon").last.click()
    viewers = "@jupyterlab/docmanager-extension:plugin"
    lab.set(viewers, {"defaultViewers": {"csv": "CSVTable"}})
    try:
        lab.page.reload()
        lab.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
        item(lab, "log.csv").dblclick()
        lab.page.locator(".jp-CSVViewer").wait_for()
        assert list(area.glob("*.ipynb")) == []
    finally:
        lab.set(viewers, {})
    quiet(lab)


def test_ordinary_files_open_as_before(lab: Lab, area: Path) -> None:
    for name, text in (("notes.txt", "plain"), ("facts.json", "{}"), ("code.py", "1")):
        (area / name).write_text(text)
    lab.open(area.name)
    item(lab, "notes.txt").dblclick()
    lab.page.locator(".jp-FileEditor").get_by_text("plain").wait_for()
    item(lab, "facts.json").dblclick()
    lab.page.get_by_role("tab", name="facts.json").wait_for()
    item(lab, "code.py").dblclick()
    lab.page.get_by_role("tab", name="code.py").wait_for()
    lab.notebook(f"{area.name}/own.ipynb", "1 + 1")
    lab.command("filebrowser:refresh")
    item(lab, "own.ipynb").dblclick()
    lab.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    quiet(lab)


def test_files_dragged_onto_a_panel_arrive_as_paths(lab: Lab, area: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (area / name).write_text("user\n7\n")
    (area / "notes").mkdir()
    lab.open(lab.notebook(f"{area.name}/notes/own.ipynb", "1 + 1"))
    lab.page.wait_for_selector(".jp-Notebook .jp-Cell")
    go(lab, area.name, "a.csv")
    lab.page.evaluate(
        """() => {
          const place = document.querySelector('.jp-Notebook .jp-Cell');
          window.heard = [];
          window.stop = globalThis.campaignWorkbench.dropped(place, paths => window.heard.push(paths));
        }"""
    )
    item(lab, "a.csv").click()
    item(lab, "b.csv").click(modifiers=["ControlOrMeta"])
    drag(lab, item(lab, "b.csv"), lab.page.locator(".jp-Notebook .jp-Cell").first)
    assert lab.page.evaluate("window.heard") == [["../a.csv", "../b.csv"]]
    assert tabs(lab) == ["own.ipynb"]
    lab.page.evaluate("window.stop()")
    quiet(lab)


def drag(lab: Lab, start: "Locator", end: "Locator") -> None:
    for place, pressed in ((start, True), (end, False)):
        box = place.bounding_box()
        assert box is not None
        lab.page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=8)
        if pressed:
            lab.page.mouse.down()
        else:
            lab.page.locator(".wb-dragged-over").wait_for()
            lab.page.mouse.up()
