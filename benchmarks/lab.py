"""How soon JupyterLab shows the sidebar and a panel, how lively training is, how soon Stop is heard; bundle sizes.

Run: python benchmarks/lab.py [PICTURES], with a folder for the README's pictures.
"""

import gzip
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright

from tests.browser.lab import Lab, lab_server
from workbench.models.fit import fit
from workbench.simulation.demo import demo

TITLE = "Can we foresee clicks?"


def seconds(page: Page, wanted: str, milliseconds: int = 60_000) -> float:
    """Seconds until a selector is on the page."""
    began = time.monotonic()
    page.wait_for_selector(wanted, timeout=milliseconds)
    return time.monotonic() - began


def bundles() -> None:
    """Print the size of each bundle as it travels."""
    for path in sorted([*ROOT.glob("workbench/panels/static/*"), *ROOT.glob("workbench/labextension/static/*.js")]):
        print(f"{path.relative_to(ROOT)}: {len(gzip.compress(path.read_bytes())) / 1000:.1f} kB gzipped")


def training(lab: Lab) -> None:
    """Train for some seconds; count the bar's moves, then stop."""
    panel = lab.panel(TITLE)
    panel.get_by_label("Most passes over the log").fill("300")
    panel.get_by_role("button", name="Train", exact=True).click()
    panel.get_by_text("training dcnv2").first.wait_for(timeout=60_000)
    bar, seen, until = panel.get_by_role("progressbar"), set(), time.monotonic() + 5
    while time.monotonic() < until:
        seen.add(bar.get_attribute("value"))
        time.sleep(0.02)
    print(f"training: {len(seen) / 5:.1f} updates a second on the screen")
    began = time.monotonic()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopping").first.wait_for()
    print(f"stop: acknowledged after {time.monotonic() - began:.2f} s")
    panel.get_by_text("It was stopped early").wait_for(timeout=60_000)


def measure(lab: Lab, pictures: Path | None) -> None:
    """Measure one JupyterLab, and take the README's pictures where a folder is named."""
    lab.open()
    lab.page.get_by_role("tab", name="Campaign Workbench").click()
    print(f"sidebar: {seconds(lab.page, '.wb-sidebar section'):.2f} s after JupyterLab is ready")
    code = "import workbench as wb\nstore = wb.open('shop')"
    ready = []
    for place in range(3):
        lab.open(lab.notebook(f"{place}.ipynb", code, "wb.panel('train', store)"))
        lab.run_all()
        lab.page.wait_for_selector(".jp-Cell:nth-of-type(1) .jp-InputPrompt:has-text('[1]')", timeout=60_000)
        ready.append(seconds(lab.page, ".wb-panel .wb-answer"))
    print(f"panel: {median(ready):.2f} s from its cell to its answer, the first panel of its kernel")
    if pictures:
        lab.page.get_by_role("tab", name="Campaign Workbench").click()
        lab.page.wait_for_timeout(1_000)
        lab.page.screenshot(path=pictures / "lab.png")
    training(lab)
    if pictures:
        lab.open(lab.notebook("decision.ipynb", code, "wb.panel('decision', store)"))
        lab.run_all()
        panel = lab.panel("Why did this person see this ad?")
        panel.get_by_role("button", name="Take another").click()
        panel.get_by_text("Score ").first.wait_for(timeout=60_000)
        lab.page.wait_for_timeout(1_000)
        panel.screenshot(path=pictures / "decision.png")


def main() -> None:
    """Measure on a shop of 60,000 impressions with one trained model."""
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as place:
        home, root = Path(place) / "home", Path(place) / "root"
        os.environ["WORKBENCH_HOME"] = str(Path(place) / "workbench")
        for folder in (home, root):
            folder.mkdir()
        fit(demo(root / "shop", impressions=60_000), "dcnv2", name="first", epochs=8)
        bundles()
        with lab_server(root, home) as address, sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            measure(Lab(chromium.new_page(viewport={"width": 1280, "height": 860}), address, root), pictures)
            chromium.close()


if __name__ == "__main__":
    main()
