"""The welcome notebook's five steps as a newcomer takes them; the pictures of it become the README's animation."""

import os
import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.lab import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser
WELCOME = Path(__file__).parents[2] / "notebooks" / "00_welcome.ipynb"
WIDTH = 880


class Film:
    """Pictures of a page, one after the other."""

    def __init__(self, lab: Lab) -> None:
        self._lab, self._frames, self._times = lab, list[Image.Image](), list[int]()

    def take(self, seconds: float, shown: "Locator | None" = None) -> None:
        """Take a picture that stays for some seconds, with something scrolled to the top."""
        if shown is not None:
            shown.evaluate("one => one.scrollIntoView({block: 'start'})")
            self._lab.page.wait_for_timeout(400)
        picture = Image.open(BytesIO(self._lab.page.screenshot())).convert("RGB")
        small = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS)
        self._frames.append(small.quantize(96, dither=Image.Dither.NONE))
        self._times.append(int(seconds * 1000))

    def write(self, path: Path) -> None:
        """Write the animation."""
        first, *others = self._frames
        first.save(path, save_all=True, append_images=others, duration=self._times, loop=0, optimize=True)


def run(lab: Lab, step: int) -> None:
    """Run the code of a step, counted from 1; a click into an output makes its cell the active one."""
    lab.page.evaluate(
        """step => {
          const {commands, shell} = window.jupyterapp;
          const notebook = shell.currentWidget.content;
          const codes = notebook.widgets.map((cell, at) => [cell.model.type, at]).filter(([type]) => type === 'code');
          notebook.activeCellIndex = codes[step - 1][1];
          void commands.execute('notebook:run-cell');
        }""",
        step,
    )


def explore(lab: Lab, film: Film) -> None:
    run(lab, 1)
    lab.page.get_by_text("Store shop, version 1").wait_for(timeout=60_000)
    lab.page.get_by_role("region", name="tour/shop", exact=True).get_by_text("60,000 rows").wait_for(timeout=60_000)
    film.take(2)


def train(lab: Lab, film: Film) -> None:
    run(lab, 2)
    panel = lab.panel("Can we foresee clicks?")
    panel.get_by_label("Most passes over the log").fill("4")
    film.take(1, panel)
    panel.get_by_role("button", name="Train", exact=True).click()
    panel.get_by_text("training dcnv2").first.wait_for(timeout=60_000)
    for _ in range(4):
        film.take(0.5)
        lab.page.wait_for_timeout(900)
    panel.get_by_text(re.compile(r"^AUC 0\.\d{3} \(0\.")).wait_for(timeout=120_000)
    panel.get_by_role("progressbar").wait_for(state="detached")
    film.take(2.5, panel)


def explain(lab: Lab, film: Film) -> None:
    run(lab, 3)
    panel = lab.panel("Why did this person see this ad?")
    panel.get_by_role("button", name="Take another").click()
    panel.get_by_text(re.compile("^Score ")).first.wait_for(timeout=60_000)
    film.take(2.5, panel)


def release(lab: Lab, film: Film) -> None:
    run(lab, 4)
    panel = lab.panel("What may be told to others?")
    panel.get_by_role("button", name="Fix the budget…").click()
    panel.get_by_role("button", name=re.compile("Yes, fix")).click()
    panel.get_by_role("checkbox", name="placement, ").check()
    panel.get_by_text(re.compile("^Expected error.* in each of 3 cells")).wait_for(timeout=60_000)
    film.take(2, panel)
    panel.get_by_role("button", name=re.compile("Release for ε")).click()
    panel.get_by_role("button", name=re.compile("Yes, spend")).click()
    panel.get_by_text(re.compile(r"^\d cells by placement")).first.wait_for(timeout=60_000)
    film.take(2.5, panel)


def send(lab: Lab, film: Film) -> None:
    run(lab, 5)
    panel = lab.panel("Send it.")
    panel.get_by_role("button", name="Make the report").click()
    panel.get_by_role("button", name="Open").wait_for(timeout=120_000)
    film.take(2.5, panel)


def test_a_newcomer_takes_the_tour(lab: Lab, lab_root: Path) -> None:
    folder = lab_root / "tour"
    folder.mkdir()
    shutil.copy(WELCOME, folder / "welcome.ipynb")
    lab.page.set_viewport_size({"width": 1320, "height": 860})
    lab.open("tour/welcome.ipynb")
    lab.page.get_by_role("tab", name=re.compile("Campaign Workbench")).click()
    lab.page.get_by_role("heading", name="Welcome to Campaign Workbench").wait_for(timeout=30_000)
    lab.idle()
    film = Film(lab)
    film.take(2)
    for step in (explore, train, explain, release, send):
        step(lab, film)
    film.write(lab_root / "tour.gif")
    assert (lab_root / "tour.gif").stat().st_size < 3_000_000
    if "WORKBENCH_PICTURES" in os.environ:
        shutil.copy(lab_root / "tour.gif", os.environ["WORKBENCH_PICTURES"])
    assert (folder / "out" / "shared.html").is_file()
    assert lab.faults() == []
    assert lab.console == []
    assert lab.foreign_requests() == []
