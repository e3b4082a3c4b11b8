"""The routes against whoever may ask: the sidebar, strangers, other pages, and people who type paths."""

import json
import subprocess
import sys
import time
from urllib.parse import quote

import pytest

from tests.server.conftest import Server
from workbench.jobs.start import start_job
from workbench.store.store import open_store


def stop_body(store: object, job: object, **more: object) -> bytes:
    return json.dumps({"store": store, "job": job, **more}).encode()


def test_stores_are_told_with_runs_and_without_people(server: Server) -> None:
    answer = server.ask("stores")
    stores = {store["path"]: store for store in answer.json["stores"]}
    assert set(stores) == {"shop", "broken"}, "a link out of the folder is not followed"
    shop = stores["shop"]
    assert {table["name"]: table["rows"] for table in shop["tables"]}["impressions"] == 20_000
    assert [run["id"] for run in shop["runs"]] == ["first"]
    assert shop["runs"][0]["auc"]["low"] < shop["runs"][0]["auc"]["high"]
    assert stores["broken"]["fault"]
    people = open_store(server.root / "shop").lazy("users").select("user_id").head(200).collect()["user_id"]
    assert not [user for user in people if user in answer.text]
    assert str(server.root) not in answer.text


def test_looking_leaves_no_mark_in_the_access_log(server: Server) -> None:
    log = server.root / "shop" / "access.jsonl"
    before = log.read_text()
    server.ask("stores")
    assert log.read_text() == before


def test_a_job_is_followed_and_stopped(server: Server) -> None:
    shop = server.root / "shop"
    job = start_job(shop, "train", ["--store", str(shop), "--epochs", "300", "--name", "long"])
    until = time.monotonic() + 60
    seen = 0
    while time.monotonic() < until:
        answer = server.ask(f"job?store=shop&job={job.id}&after={seen}").json
        seen = answer["next"]
        if answer["updates"] and answer["updates"][-1]["stage"] == "training dcnv2":
            break
        time.sleep(0.2)
    assert answer["job"]["state"] == "running"
    assert server.ask("stop", "POST", stop_body("shop", job.id)).status == 200
    while time.monotonic() < until and answer["job"]["state"] in {"running", "stopping"}:
        answer = server.ask(f"job?store=shop&job={job.id}").json
        time.sleep(0.1)
    assert (answer["job"]["state"], answer["job"]["result"]["run"]) == ("stopped", "long")
    assert str(server.root) not in json.dumps(answer)


@pytest.mark.parametrize("token", [None, "", "wrong"])
@pytest.mark.parametrize(("path", "method"), [("stores", "GET"), ("job?store=shop&job=x", "GET"), ("stop", "POST")])
def test_strangers_are_refused(server: Server, path: str, method: str, token: str | None) -> None:
    answer = server.ask(path, method, b"{}" if method == "POST" else None, token=token)
    assert answer.status in {401, 403}
    assert "shop" not in answer.text


def test_another_page_is_refused(server: Server) -> None:
    # A page of another origin can send the user's cookie along, but neither the token nor the XSRF value.
    cookie = server.ask("stores", Cookie="x=y").headers.get("Set-Cookie", "x=y")
    answer = server.ask(
        "stop", "POST", stop_body("shop", "x"), token=None, Cookie=cookie, Origin="https://evil.example"
    )
    assert answer.status in {401, 403, 404}
    answer = server.ask("stores", token=None, Cookie=cookie, Origin="https://evil.example")
    assert answer.status in {401, 403, 404}
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../outside",
        "shop/../../outside",
        "/etc",
        "link",
        "link/",
        ".hidden",
        "shop\\..\\..",
        "shop\0",
        "",
        "~",
        "nowhere",
    ],
)
def test_no_path_leads_out(server: Server, path: str) -> None:
    for answer in (
        server.ask(f"job?store={quote(path, safe='')}&job=train-20261124-071500-3f9a"),
        server.ask("stop", "POST", stop_body(path, "train-20261124-071500-3f9a")),
    ):
        assert answer.status in {400, 404}
        assert "Traceback" not in answer.text
        assert str(server.root.parent) not in answer.text


@pytest.mark.parametrize("job", ["../../shop", "..", "train-20261124-071500-3f9a/..", "", "x" * 5000])
def test_no_job_leads_out(server: Server, job: str) -> None:
    assert server.ask("stop", "POST", stop_body("shop", job)).status == 400
    assert server.ask(f"job?store=shop&job={quote(job, safe='')}").status == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'"shop"', 400),
        (stop_body("shop", 1), 400),
        (stop_body(["shop"], "x"), 400),
        (stop_body("shop", "x", sql="SELECT 1"), 400),
        (b"x" * 100_000, 413),
    ],
)
def test_other_bodies_are_refused(server: Server, body: bytes, status: int) -> None:
    answer = server.ask("stop", "POST", body)
    assert answer.status == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "method"), [("stores", "POST"), ("stores", "DELETE"), ("stop", "GET"), ("job", "PUT")]
)
def test_other_methods_are_refused(server: Server, path: str, method: str) -> None:
    assert server.ask(path, method, b"{}").status == 405


@pytest.mark.parametrize(
    "query", ["", "store=shop", "store=shop&store=shop&job=x", "store=%ff&job=x", "store=shop&job=x&after=-1"]
)
def test_other_questions_are_refused(server: Server, query: str) -> None:
    assert server.ask(f"job?{query}").status == 400


def test_the_server_stays_small() -> None:
    code = (
        "import sys, workbench.server.handlers; "
        "print([name for name in ('torch', 'lightgbm', 'shap', 'opendp', 'altair', 'captum') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "[]"
