"""The load panel as an analyst uses it: files by name, a mapping to mend, a load by keyboard; no row is kept."""

import random
import re
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from workbench.store.store import create_store, open_store

pytestmark = pytest.mark.browser
TITLE = "What is in these files?"
OPEN = "import workbench as wb\nstore = wb.open('{0}')\nwb.panel('load', store, files=['{0}.csv'])"
HEAD = "row,time_stamp,user,adgroup_id,clk,pid,price,cate,e_mail,comment_text"


def log(path: Path, rows: int = 3_000) -> Path:
    """A log in the shape of a shop's export, with people in it."""
    draw = random.Random(3)
    lines = [HEAD]
    for n in range(rows):
        user = draw.randrange(200)
        cells = [n, 1764234000 + n, f"person-{user}", draw.randrange(40), int(draw.random() < 0.05)]
        cells += [
            draw.choice(["430548_1007", "430539_1007"]),
            f"{draw.uniform(1, 99):.2f}",
            draw.choice(["shoes", "bags", "茶具"]),
        ]
        lines.append(",".join(map(str, [*cells, f"person-{user}@shop.cn", f"said {n}"])))
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def own(lab_root: Path, request: pytest.FixtureRequest) -> str:
    """An empty store and a log of one name."""
    name = re.sub(r"[^a-z]+", "-", request.node.name.removeprefix("test_"))[:32].strip("-")
    log(lab_root / f"{name}.csv")
    create_store(lab_root / name)
    return name


def quiet(lab: Lab) -> None:
    assert lab.console == []
    assert lab.foreign_requests() == []


def test_a_log_is_mapped_and_loaded_by_keyboard(lab: Lab, lab_root: Path, own: str) -> None:
    lab.open(lab.notebook(f"{own}.ipynb", OPEN.format(own)))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.get_by_text(re.compile(f"^{own}.csv: impressions, clicks$")).wait_for(timeout=20_000)
    assert panel.get_by_label("Where user goes").input_value() == "user_id"
    assert panel.get_by_label("Where e_mail goes").input_value() == "pseudonym"
    comment = panel.get_by_label("Where comment_text goes")
    comment.focus()
    lab.page.keyboard.type("left")
    lab.page.keyboard.press("Tab")
    panel.get_by_text("Left out: row, comment_text.").wait_for(timeout=8_000)
    assert "person-" not in panel.inner_text()
    assert lab.faults() == []
    panel.get_by_role("button", name="Load", exact=True).press("Enter")
    panel.get_by_text(re.compile("^Loaded 3,000 impressions, ")).wait_for(timeout=60_000)
    store = open_store(lab_root / own)
    assert store.rows("impressions") == 3_000
    assert "comment_text" not in store.columns("impressions")
    lab.command("docmanager:save")
    lab.page.wait_for_timeout(1_000)
    saved = (lab_root / f"{own}.ipynb").read_text()
    assert "impressions" in saved
    assert not re.search(r"person-\d|said \d", saved)
    assert lab.faults() == []
    quiet(lab)


def test_files_are_added_and_taken_out(lab: Lab, own: str) -> None:
    code = f"import workbench as wb\nstore = wb.open('{own}')\nwb.panel('load', store)"
    lab.open(lab.notebook(f"{own}.ipynb", code))
    lab.run_all()
    panel = lab.panel(TITLE)
    path = panel.get_by_label("File or folder")
    path.fill("nowhere.csv")
    path.press("Enter")
    panel.get_by_text(re.compile("nowhere.csv is not there")).wait_for(timeout=8_000)
    path.fill(f"{own}.csv")
    path.press("Enter")
    panel.get_by_text(re.compile(f"^{own}.csv: impressions, clicks$")).wait_for(timeout=8_000)
    panel.get_by_role("button", name=f"Take out {own}.csv").click()
    panel.get_by_text(re.compile("^Choose the files of a campaign log")).wait_for(timeout=8_000)
    quiet(lab)


def test_a_file_is_dropped_and_a_double_click_opens_one(lab: Lab, lab_root: Path, own: str) -> None:
    code = f"import workbench as wb\nstore = wb.open('{own}')\nwb.panel('load', store)"
    lab.open(lab.notebook(f"{own}.ipynb", code))
    lab.run_all()
    panel = lab.panel(TITLE)
    lab.command("filebrowser:activate")
    file = lab.page.locator(".jp-DirListing-item", has_text=f"{own}.csv")
    file.hover(position={"x": 40, "y": 8})
    lab.page.mouse.down()
    box = panel.get_by_label("File or folder").bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + 20, box["y"] + 10, steps=12)
    panel.locator(".wb-dragged-over").wait_for()
    lab.page.mouse.up()
    panel.get_by_text(re.compile(f"^{own}.csv: impressions, clicks$")).wait_for(timeout=20_000)
    file.dblclick()
    lab.page.get_by_text(f'files=["{own}.csv"]').first.wait_for(timeout=20_000)
    second = lab.page.get_by_role("region", name=TITLE, exact=True).nth(1)
    second.get_by_text(re.compile(f"^{own}.csv: impressions, clicks$")).wait_for(timeout=30_000)
    assert (lab_root / f"{own}.csv").is_file()
    quiet(lab)


def test_it_is_readable_in_every_dress(lab: Lab, own: str) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 1300})
    lab.open(lab.notebook(f"{own}.ipynb", OPEN.format(own)))
    lab.run_all()
    panel = lab.panel(TITLE)
    panel.locator("select").nth(5).wait_for(timeout=20_000)
    panel.get_by_text("aaaa 999").first.wait_for(timeout=8_000)
    lab.look("load")
    panel.get_by_role("button", name="Load", exact=True).click()
    panel.get_by_text(re.compile("version 1")).last.wait_for(timeout=60_000)
    lab.look("load-loaded")
    lab.page.set_viewport_size({"width": 760, "height": 1300})
    lab.look("load-narrow")
    quiet(lab)
