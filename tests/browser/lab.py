"""A JupyterLab of its own for the browser tests: server, page, and what a person does there."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TOKEN = "for-the-tests-only"  # noqa: S105 - the server lives as long as the tests and listens on this machine alone
AXE = Path(__file__).parents[2] / "widgets" / "node_modules" / "axe-core" / "axe.min.js"
# What JupyterLab itself says on the console, whatever the workbench does.
_NOT_OURS = re.compile(
    r"Download the React DevTools|WebGL|Canvas2D|The AudioContext|GPU stall|Connection lost, reconnecting",
    re.IGNORECASE,
)

_SPEAK = """language => {
  Object.defineProperty(globalThis.campaignWorkbench, 'language', {value: language, configurable: true});
  window.dispatchEvent(new Event('campaign-workbench:language'));
}"""


@contextmanager
def lab_server(root: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab on a free port.

    Args:
        root: Folder it serves.
        home: Folder for its settings, apart from the user's own.

    Yields:
        Its address.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    settings |= {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    overrides = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *(f"--ServerApp.root_dir={root}", "--LabApp.news_url=None"),
    ]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log, cwd=root)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status?token={TOKEN}", server, home / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def ask(address: str, path: str, method: str = "GET", content: object = None) -> bytes:
    """Ask the server something over its own interface.

    Args:
        address: The server's address.
        path: For example `/api/sessions`.
        method: The HTTP method.
        content: Sent as JSON; nothing where None.

    Returns:
        What it answered.
    """
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{address}{path}", data=data, headers=headers, method=method)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own server
        return bytes(answer.read())


def shut_kernels(address: str) -> None:
    """End every session of a server, so that one test's kernels do not slow the next."""
    for session in json.loads(ask(address, "/api/sessions")):
        ask(address, f"/api/sessions/{session['id']}", "DELETE")


class Lab:
    """JupyterLab in a browser, as a person uses it.

    Args:
        page: A fresh page.
        address: The server's address.
        root: The folder it serves.
    """

    def __init__(self, page: "Page", address: str, root: Path) -> None:
        self.page, self.address, self.root = page, address, root
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _heard(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]  # playwright's
        if kind in {"error", "warning"} and not _NOT_OURS.search(text):
            self.console.append(f"{kind}: {text}")

    def open(self, path: str = "", *, language: str = "en", theme: str = "light") -> None:
        """Open JupyterLab, on a file or on the launcher; language and theme are set before.

        Args:
            path: A file under the root, for example `campaign.ipynb`.
            language: `en` or `zh`.
            theme: `light` or `dark`.
        """
        self.set("@jupyterlab/apputils-extension:themes", {"theme": f"JupyterLab {theme.title()}"})
        self.set("campaign-workbench:plugin", {"language": language})
        if path.endswith(".ipynb"):  # With a kernel that is there, JupyterLab does not ask which.
            session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
            ask(self.address, "/api/sessions", "POST", session)
        tree = f"/tree/{path}" if path else ""
        self.page.goto(f"{self.address}/lab/workspaces/test{tree}?reset&token={TOKEN}")
        self.page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)

    def set(self, plugin: str, values: dict[str, object]) -> None:
        """Write a plugin's settings through the server."""
        try:
            ask(self.address, f"/lab/api/settings/{plugin}", "PUT", {"raw": json.dumps(values)})
        except urllib.error.HTTPError as error:
            if error.code != 404:  # The extension is not built: panels are tried without it.
                raise

    def notebook(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells under the root; gives its path."""
        import nbformat
        from nbformat.v4 import new_code_cell, new_notebook

        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel})
        nbformat.write(made, self.root / name)
        return name

    def run_all(self) -> None:
        """Run every cell of the notebook at hand."""
        self.idle()
        self.command("notebook:run-all-cells")

    def idle(self) -> None:
        """Wait until the notebook at hand has a kernel that is at rest."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=30_000)
        # The indicator reads idle before there is a kernel; asked too early, JupyterLab would ask which.
        self.page.wait_for_function(
            """() => {
              const kernel = window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
              return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
            }""",
            timeout=60_000,
        )

    def run_cell(self, source: str) -> None:
        """Add a cell below the active one and run it; typed text could fall upon JupyterLab's shortcuts."""
        self.page.evaluate(
            """async source => {
              const {commands, shell} = window.jupyterapp;
              await commands.execute('notebook:insert-cell-below');
              shell.currentWidget.content.activeCell.model.sharedModel.setSource(source);
              void commands.execute('notebook:run-cell');
            }""",
            source,
        )

    def command(self, name: str, **arguments: object) -> None:
        """Execute a JupyterLab command."""
        self.page.evaluate("([name, args]) => void window.jupyterapp.commands.execute(name, args)", [name, arguments])

    def panel(self, title: str) -> "Locator":
        """The panel of that title, once it is drawn."""
        shown = self.page.get_by_role("region", name=title, exact=True).first
        shown.wait_for(timeout=60_000)
        return shown

    def look(self, name: str) -> None:
        """Look at the panel in both themes and languages: axe finds nothing, all fits, and a picture is taken of each.

        Args:
            name: What the pictures under the root are named by: `NAME-dark-zh.png`.
        """
        panel = self.page.locator(".wb-panel").first
        for theme, language in (("dark", "en"), ("dark", "zh"), ("light", "zh"), ("light", "en")):
            self.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
            self.page.evaluate(_SPEAK, language)
            shown = f"body[data-jp-theme-light='{str(theme == 'light').lower()}']"
            self.page.wait_for_selector(shown, state="attached")
            self.page.wait_for_selector(f".wb-panel[lang^='{language}']")
            self.page.wait_for_timeout(300)
            panel.screenshot(path=self.root / f"{name}-{theme}-{language}.png")
            assert self.faults() == [], f"{name}, {theme}, {language}"
            assert panel.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, f"{name}, {language}: cut off"

    def faults(self) -> list[dict[str, object]]:
        """What axe finds serious or critical in the workbench's own parts."""
        if not self.page.evaluate("!!window.axe"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            """async () => {
              const own = [...document.querySelectorAll('.wb-host, .wb-sidebar')];
              if (!own.length) return [];
              const result = await axe.run({include: own}, {resultTypes: ['violations']});
              return result.violations.filter(v => ['serious', 'critical'].includes(v.impact))
                .map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 200))}));
            }"""
        )
        return list(found)

    def extended(self) -> bool:
        """Whether the workbench's JupyterLab extension is at work."""
        return bool(self.page.evaluate("!!globalThis.campaignWorkbench"))

    def foreign_requests(self) -> list[str]:
        """Requests to any other host than the server."""
        return [url for url in self.requests if not url.startswith((self.address, "blob:", "data:"))]
