"""What this machine has and what is missing, for `workbench doctor`."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.display import html_block, html_table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Finding", "Health", "examine"]

_GIB = 2**30
_LEAST_FREE_GIB = 5  # the environment takes about 3.5 GiB, a store of ten million impressions about 1


@dataclass(frozen=True)
class Finding:
    """One thing the doctor looked at.

    Attributes:
        part: What was looked at.
        found: What there is.
        state: `ok`; `missing`, which something optional needs; or `broken`, without which the workbench fails.
        advice: What to do; empty where all is well.
    """

    part: str
    found: str
    state: str = "ok"
    advice: str = ""


@dataclass(frozen=True)
class Health:
    """What the doctor found.

    Attributes:
        findings: One finding a part, in the order looked at.
    """

    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is broken; optional parts may be missing."""
        return all(finding.state != "broken" for finding in self.findings)

    def __str__(self) -> str:
        width = max(len(finding.part) for finding in self.findings)
        lines = [
            f"{finding.part:<{width}}  {finding.state:<7}  {finding.found}"
            + (f"\n{'':<{width}}           {finding.advice}" if finding.advice else "")
            for finding in self.findings
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [(finding.part, finding.state, finding.found, finding.advice) for finding in self.findings]
        return html_block(
            "This machine is well" if self.well else "Something is broken",
            html_table(["part", "state", "found", "what to do"], rows),
        )

    def to_polars(self) -> "pl.DataFrame":
        """Give the findings as a table."""
        import polars as pl

        return pl.DataFrame([vars(finding) for finding in self.findings])


def examine() -> Health:
    """Look at versions, processor, memory, disk, GPU, browser and fonts.

    Returns:
        What was found and what is missing.

    Example:
        >>> examine().findings[0].part
        'Python'
    """
    return Health((_python(), *_packages(), _processor(), _disk(), _home(), _gpu(), _browser(), _chinese_fonts()))


def _python() -> Finding:
    return Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    yield Finding("campaign-workbench", version("campaign-workbench"))
    for text in requires("campaign-workbench") or []:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        advice = "run: pip install -c constraints.txt -e ."
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(requirement.name, "not installed", "broken", advice)
            continue
        fits = requirement.specifier.contains(found, prereleases=True)
        needs = "" if fits else f", needs {requirement.specifier}"
        yield Finding(requirement.name, found + needs, "ok" if fits else "broken", "" if fits else advice)


def _processor() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    return Finding(
        "processor and memory",
        f"{os.cpu_count()} cores, {memory.available / _GIB:.1f} of {memory.total / _GIB:.1f} GiB free",
    )


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / _GIB
    found = f"{free:.1f} GiB free here"
    if free < _LEAST_FREE_GIB:
        return Finding("disk", found, "broken", f"free at least {_LEAST_FREE_GIB} GiB")
    return Finding("disk", found)


def _home() -> Finding:
    from workbench.errors import StoreError
    from workbench.store.home import home

    try:
        folder = home()
    except (OSError, StoreError):
        return Finding("keys and ledgers", "folder cannot be made", "broken", "set WORKBENCH_HOME to a private folder")
    if not os.access(folder, os.W_OK):
        return Finding("keys and ledgers", "folder is read-only", "broken", "set WORKBENCH_HOME to a private folder")
    return Finding("keys and ledgers", str(folder))


def _gpu() -> Finding:
    import torch

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return Finding("GPU", f"{properties.name}, {properties.total_memory / _GIB:.0f} GiB")
    if torch.backends.mps.is_available():
        return Finding("GPU", "Apple Metal")
    return Finding("GPU", f"none that torch {torch.__version__} can use", "missing", "training runs on the processor")


def _browser() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        return Finding("browser", "no Chromium", "missing", "browser tests skip: run make browser")
    shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    return Finding("browser", shown.stdout.strip() or path)


def _chinese_fonts() -> Finding:
    tool = shutil.which("fc-list")
    if tool is None:
        return Finding(
            "Chinese fonts", "cannot be told without fontconfig", "missing", "Chinese copy may show as boxes"
        )
    shown = subprocess.run([tool, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603
    families = {line.split(",")[0].strip() for line in shown.stdout.splitlines() if line.strip()}
    if not families:
        return Finding("Chinese fonts", "none", "missing", "Chinese copy shows as boxes: run make browser")
    return Finding("Chinese fonts", f"{len(families)} families, for example {min(families)}")
