"""A real Jupyter server over a folder with a shop in it, and a way to ask it as anybody might."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workbench.models.fit import fit
from workbench.store.store import Store, open_store

TOKEN = "only-for-tests"  # noqa: S105 - the server lives as long as the tests


@dataclass(frozen=True)
class Answer:
    """What the server said: status, body as text, body as JSON where it is."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:  # noqa: ANN401 - what JSON holds
        """The body, read."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        port: Its port on this machine.
        root: The folder it serves.
    """

    port: int
    root: Path

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, *, token: str | None = TOKEN, **headers: str
    ) -> Answer:
        """Ask for a path under `/campaign-workbench/api/`; the path goes out exactly as it is."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"token {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, f"/campaign-workbench/api/{path}", body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, text, dict(answer.getheaders()))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo_store: Store) -> Iterator[Server]:
    """A server of its own settings, over `shop` with the run `first` and a store outside that a link points to."""
    place = tmp_path_factory.mktemp("server")
    root = place / "root"
    root.mkdir()
    shop = shutil.copytree(demo_store.folder, root / "shop", ignore=shutil.ignore_patterns("jobs", "runs"))
    fit(open_store(shop), "lr", name="first", epochs=1, baselines=())
    shutil.copytree(demo_store.folder, place / "outside", ignore=shutil.ignore_patterns("jobs", "runs"))
    (root / "link").symlink_to(place / "outside")
    (root / "broken").mkdir()
    (root / "broken" / "store.json").write_text("{")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {f"JUPYTER_{name}_DIR": str(place / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
    ]
    with (place / "log").open("w") as log:
        running = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    found = Server(port, root)
    try:
        for _ in range(200):
            try:
                found.ask("stores")
            except OSError:
                time.sleep(0.1)
            else:
                break
        else:
            raise AssertionError((place / "log").read_text()[-2000:])
        yield found
    finally:
        running.terminate()
        running.wait(20)
