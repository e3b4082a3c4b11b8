"""What must never reach a shared report: canaries through every channel a notebook has."""

import base64
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench.errors import StoreError
from workbench.privacy.ledger import ledger_path, open_ledger
from workbench.privacy.release import Release
from workbench.reports.page import render
from workbench.reports.report import ReportResult, report
from workbench.reports.shared import SharedReport, shared_report
from workbench.reports.templates import Template, find_template
from workbench.simulation.truth import truth
from workbench.store.store import Store

Write = Callable[..., Path]
Outputs = Mapping[int, Sequence[Mapping[str, Any]]]

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


def leaky(folder: Path, release: Release) -> Path:
    cell, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [
        text("# Leaks\n\nWhat follows tries to leak.", attachments={"a.txt": {"text/plain": "left-in-attachment"}}),
        cell(f"store_folder = ''\nrelease_id = '{release.id}'", metadata={"tags": ["parameters"]}),
        cell(SETUP),
        text("## What leaks?"),
        *(cell(source, metadata={"tags": ["raises-exception"]}) for source in LEAKS.values()),
        cell("Sentence(text, {'release': release.id, 'sentence': True})", metadata={"tags": ["answer"]}),
        cell("print(text); HTML(text)", metadata={"tags": ["internal"]}),
        cell("wb.chart(release)"),
    ]
    path = folder / "leaky.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"author": "left-in-metadata"}), path)
    return path


@dataclass(frozen=True)
class Made:
    """A shared report, and all that its cells had put out."""

    result: ReportResult
    put_out: str


@pytest.fixture(scope="module")
def made(shop: Store, release: Release, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, seen = tmp_path_factory.mktemp("leaky"), []

    def watched(template: Template, outputs: Outputs, store: Store, *, title: str, prepared_by: str) -> SharedReport:
        seen.append(json.dumps({str(place): found for place, found in outputs.items()}))
        return shared_report(template, outputs, store, title=title, prepared_by=prepared_by)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.reports.report.shared_report", watched)
        return Made(report(leaky(folder, release), shop, out=folder / "out"), seen[0])


def test_no_canary_is_in_a_shared_file(made: Made, secrets: tuple[str, ...]) -> None:
    for path in (made.result.html, made.result.notebook):
        content = path.read_bytes()
        assert b"left-in" not in content
        for secret in secrets:
            for form in hidden_forms(secret):
                assert form not in content, "a canary is in a shared file"
    kinds = {"printed text", "an error text", "a table", "a picture", "text", "a sentence", "a chart", "an output"}
    withheld = {part.what for part in made.result.withheld}
    assert kinds <= withheld
    _check_notebook(made.result.notebook)


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


def test_the_cells_did_put_canaries_out(made: Made, secrets: tuple[str, ...]) -> None:
    # Without this, the test above would pass on a template that leaks nothing.
    for secret in secrets:
        assert made.put_out.count(secret) > 10
        assert any(form in made.put_out.encode() for form in hidden_forms(secret)[-3:])


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
        "device: phone, desktop, tablet; declared before any data was loaded",
        "The cells were declared before any data was loaded, so even which of them appear tells nothing.",
        "conditions, reasons and the text of this page are the author",
        "Not shown here:",
        f"Epsilon {ledger.spent:.2f} of 3 spent",
    ):
        assert printed in html
    assert not any(word in html for word in ("SHA-256", "Made on", "22 November"))
    assert html.count("Public values of") == 1, "domains of other releases are not listed"


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


def released_shop(folder: Path) -> tuple[Store, Release]:
    from workbench.privacy.budget import Budget
    from workbench.privacy.measures import count
    from workbench.privacy.private import private
    from workbench.simulation.demo import demo

    store = demo(folder, impressions=2_000, seed=5)
    return store, private(store, budget=Budget(epsilon=1)).table("impressions").limit(rows_per_user=5).measure(
        n=count()
    ).release()


def test_a_forged_answer_is_not_printed(tmp_path: Path, write_template: Write) -> None:
    store, release = released_shop(tmp_path / "shop")
    with closing(sqlite3.connect(ledger_path(store.lineage_id))) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("UPDATE entries SET answer = ? WHERE kind = 'answer'", ('{"measures":[[987654321]]}',))
        db.commit()
    template = find_template(write_template(("text", "# T\n## Q", []), ("code", "whatever", [])))
    with pytest.raises(StoreError, match="changed outside the workbench, first at entry 3"):
        shared_report(template, outputs(release, ""), store)


def test_without_its_ledger_a_store_that_released_makes_no_shared_report(tmp_path: Path, write_template: Write) -> None:
    store, _ = released_shop(tmp_path / "shop")
    for path in ledger_path(store.lineage_id).parent.glob(f"{store.lineage_id}*"):
        path.unlink()
    template = find_template(write_template(("text", "# T\n## Q", []), ("code", "whatever", [])))
    with pytest.raises(StoreError, match="ledger of this store is missing"):
        shared_report(template, {}, store)
