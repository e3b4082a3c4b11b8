"""What must never reach a shared report: canaries through every channel a notebook has."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from workbench.privacy.ledger import open_ledger
from workbench.privacy.release import Release
from workbench.reports.page import render
from workbench.reports.report import ReportResult, report
from workbench.reports.shared import shared_report
from workbench.reports.templates import find_template
from workbench.simulation.truth import truth
from workbench.store.store import Store

Write = Callable[..., Path]

SETUP = """
import json
import polars as pl
import workbench as wb
from IPython.display import HTML, Markdown, display
from workbench.reports.figure import FIGURE_MIME, RELEASE_MIME
from workbench.reports.sentence import SENTENCE_MIME, Sentence
def as_release(**content): display({RELEASE_MIME: content, 'text/html': text}, raw=True)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>{}</text></svg>'
store = wb.open(store_folder)
secrets = wb.truth(store).canaries
text = " ".join(secrets)
gate = wb.private(store)
release = gate.released(release_id)
"""

LEAKS = {
    "printed text": "print(text)",
    "error output": "import sys; print(text, file=sys.stderr)",
    "html": "HTML(f'<table><tr><td>{text}</td></tr></table>')",
    "markdown": "Markdown(f'## {text}')",
    "frame": "store.lazy('users').filter(pl.col('home_town').is_in(list(secrets))).collect()",
    "exception": "raise KeyError(text)",
    "plain": "text",
    "picture": "display({'image/svg+xml': SVG.format(text)}, raw=True)",
    "bitmap": "import base64; display({'image/png': base64.b64encode(text.encode()).decode()}, raw=True)",
    "unknown kind": "display({f'application/x-{secrets[0]}': text}, raw=True)",
    "metadata": "display({'text/plain': 'x'}, raw=True, metadata={'note': text})",
    "sentence": "Sentence(text)",
    "forged sentence": "Sentence(text, {'release': release.id, 'sentence': True})",
    "chart": "display({FIGURE_MIME: {'title': text, 'narrow': text, 'columns': [text], 'rows': [[text]]}}, raw=True)",
    "forged id": "as_release(release='f' * 32)",
    "id as text": "as_release(release=text)",
    "real id, more rows": "display({**release._repr_mimebundle_(), 'text/html': text, 'text/plain': text}, raw=True)",
    "real id, other chart": "as_release(release=release.id, chart={'measure': text})",
    "real id, more keys": "as_release(release=release.id, title=text)",
    "real id, title in chart": "as_release(release=release.id, chart={'measure': 'ctr', 'title': text})",
    "request that is no request": "display({RELEASE_MIME: [text]}, raw=True)",
    "title": "title = text",
}


def hidden_forms(secret: str) -> list[bytes]:
    raw = secret.encode()
    forms = [raw, raw.hex().encode(), json.dumps(secret)[1:-1].encode(), secret[::-1].encode()]
    # Three alignments: the middle of the letters is the same wherever the text begins.
    forms += [base64.b64encode(b"." * shift + raw)[4:-4] for shift in range(3)]
    return forms


@pytest.fixture(scope="module")
def secrets(shop: Store) -> tuple[str, ...]:
    found = truth(shop).canaries
    assert len(found) > 5
    return found


@pytest.fixture
def leaky(write_template: Write, release: Release) -> Path:
    cells = [
        ("text", "# Leaks\n\nWhat follows tries to leak.", []),
        ("code", f"store_folder = ''\nrelease_id = '{release.id}'", ["parameters"]),
        ("code", SETUP, []),
        ("text", "## What leaks?", []),
        *(("code", source, ["raises-exception"]) for source in LEAKS.values()),
        ("code", "Sentence(text, {'release': release.id, 'sentence': True})", ["answer"]),
        ("code", "print(text); HTML(text)", ["internal"]),
        ("code", "wb.chart(release)", []),
    ]
    path = write_template(*cells)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["author"] = "left-in-metadata"
    notebook.cells[0]["attachments"] = {"a.txt": {"text/plain": "left-in-attachment"}}
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def made(leaky: Path, shop: Store, tmp_path: Path) -> ReportResult:
    return report(leaky, shop, out=tmp_path / "out", parameters={})


def test_no_canary_is_in_a_shared_file(made: ReportResult, secrets: tuple[str, ...]) -> None:
    for path in (made.html, made.notebook):
        content = path.read_bytes()
        assert b"left-in" not in content
        for secret in secrets:
            for form in hidden_forms(secret):
                assert form not in content, "a canary is in a shared file"
    kinds = {"printed text", "an error text", "a table", "a picture", "text", "a sentence", "a chart", "an output"}
    withheld = {part.what for part in made.withheld}
    assert {
        "printed text",
        "an error text",
        "a table",
        "a picture",
        "text",
        "a sentence",
        "a chart",
        "an output",
    } <= withheld
    _check_notebook(made.notebook)


def _check_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata == {}
    for cell in notebook.cells:
        assert cell.metadata == {}
        assert "attachments" not in cell
        if cell.cell_type == "code":
            assert cell.source == ""
            assert cell.execution_count is None
            assert all(output.metadata == {} and output.output_type == "display_data" for output in cell.outputs)


def test_the_search_for_canaries_finds_them(leaky: Path, shop: Store, tmp_path: Path, secrets: tuple[str, ...]) -> None:
    # Without this, the test above would pass on a template that leaks nothing.
    content = report(leaky, shop, audience="internal", out=tmp_path / "in").notebook.read_bytes()
    assert all(any(form in content for form in hidden_forms(secret)) for secret in secrets)


def outputs(release: Release, noise: str) -> dict[int, list[dict[str, object]]]:
    shown = {"output_type": "display_data", "data": {**release._repr_mimebundle_(), "text/html": noise}, "metadata": {}}
    return {2: [shown, {"output_type": "stream", "name": "stdout", "text": noise}]}


def test_same_answers_and_other_data_give_the_same_bytes(shop: Store, release: Release, write_template: Write) -> None:
    template = find_template(write_template(("text", "# T\n## Q", []), ("code", "whatever", [])))
    first, second = (
        shared_report(template, outputs(release, text), shop, title="T") for text in ("a" * 10, "other data" * 99)
    )
    assert render(first.page) == render(second.page)
    assert nbformat.writes(first.notebook) == nbformat.writes(second.notebook)
    assert first.withheld == second.withheld


def test_the_statement_prints_what_is_promised(shop: Store, release: Release, write_template: Write) -> None:
    template = find_template(write_template(("text", "# T\n## Q", []), ("code", "whatever", [])))
    html = render(shared_report(template, outputs(release, ""), shop).page)
    ledger = open_ledger(shop)
    for printed in (
        ledger.head,
        shop.lineage_id,
        "user_id",
        "epsilon 3, delta 1e-07",
        "at most 5 impressions a person",
        "device: phone, desktop, tablet",
        "28 days from 2026-03-02 to 2026-03-29",
        "Not shown here:",
        f"Epsilon {ledger.spent:.2f} of 3 spent",
    ):
        assert printed in html
    assert not any(word in html for word in ("SHA-256", "Made on", "22 November"))


def test_raises_of_the_budget_are_printed(tmp_path: Path, write_template: Write) -> None:
    from workbench.privacy.budget import Budget
    from workbench.privacy.measures import count
    from workbench.privacy.private import private
    from workbench.simulation.demo import demo

    store = demo(tmp_path / "shop", impressions=2_000, seed=3)
    gate = private(store, budget=Budget(epsilon=1))
    gate.ledger.raise_budget(Budget(epsilon=2), reason="the board asked for <weekly> figures")
    release = gate.table("impressions").limit(rows_per_user=5).measure(n=count()).release()
    template = find_template(write_template(("text", "# T\n## Q", []), ("code", "whatever", [])))
    html = render(shared_report(template, outputs(release, ""), store).page)
    assert "the board asked for &lt;weekly&gt; figures" in html


def test_a_report_without_a_release_says_so(tmp_path: Path, write_template: Write) -> None:
    from workbench.simulation.demo import demo

    store = demo(tmp_path / "shop", impressions=2_000, seed=4)
    template = find_template(write_template(("text", "# T\n## Q\nText.", []), ("text", "Method.", ["how"])))
    made = shared_report(template, {}, store)
    html = render(made.page)
    assert "no figure about anybody" in html
    assert "Nothing was ever released from this store" in html
    assert "Method." not in html
    assert made.withheld == ()
