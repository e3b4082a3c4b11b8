"""The Jupyter server extension: tells JupyterLab's sidebar which stores, runs and jobs lie under the server's folder.

It reads files and asks jobs to stop; it never trains, loads or opens a table, so the server stays small.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.server"}]


def _load_jupyter_server_extension(server: "ServerApp") -> None:
    from workbench.server.handlers import routes

    server.web_app.add_handlers(".*$", routes(server.web_app.settings["base_url"], server.root_dir))  # type: ignore[no-untyped-call]
