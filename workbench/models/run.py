"""A run: a trained model with all that is needed to use it, to judge it and to train it again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.checks import check_at_least, check_name
from workbench.display import html_block
from workbench.errors import InputError, StoreError
from workbench.features.fields import FeatureSpec, Field
from workbench.features.frame import frame, joined_rows
from workbench.features.vocabulary import Vocabulary
from workbench.models.boosting import Trees, tree_matrix
from workbench.models.calibration import Calibrator, sigmoid
from workbench.models.card import Card, Facts, make_card
from workbench.models.embedded import Batch, to_batch
from workbench.models.folder import read_json, write_json
from workbench.models.learned import Learned, Net, load_learned
from workbench.models.metrics import Metrics
from workbench.models.network import Network
from workbench.models.prepared import people_of
from workbench.models.reliability import calibration_by
from workbench.models.splits import PARTS, Split
from workbench.store.store import Store, open_store

__all__ = ["Run", "list_runs", "open_run", "save_run"]


@dataclass(frozen=True, eq=False)
class Run:
    """A trained model; `wb.fit` makes one, `wb.open_run` opens one again.

    Attributes:
        folder: Its folder, `runs/ID` of the store.
        facts: How it came about.
        spec: The fields it sees.
        vocabulary: The values it knows.
        split: How the log was cut.
        calibrator: From its logits to calibrated ones.
        metrics: How well it foresees on its test slice.
        learned: The network or the trees.
    """

    folder: Path
    facts: Facts
    spec: FeatureSpec
    vocabulary: Vocabulary
    split: Split
    calibrator: Calibrator
    metrics: Metrics
    learned: Learned

    @property
    def id(self) -> str:
        """Its id, the name of its folder."""
        return self.facts.id

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.facts.model

    @property
    def target(self) -> str:
        """What it foresees: `click` or `order`."""
        return self.facts.target

    @property
    def card(self) -> Card:
        """What it learnt from, how well it foresees, what to know before using it."""
        return make_card(self.facts, self.spec, self.metrics)

    @property
    def network(self) -> Network:
        """The torch module, on the CPU, with `embed(batch)` and `score(embedded)`.

        Raises:
            InputError: If the run is of trees.
        """
        if not isinstance(self.learned, Net):
            raise InputError(f"run {self.id!r} is a {self.model} model and has no network: use run.booster")
        return self.learned.network

    @property
    def booster(self) -> lightgbm.Booster:
        """LightGBM's model; its columns are those of `matrix`.

        Raises:
            InputError: If the run is of a network.
        """
        if not isinstance(self.learned, Trees):
            raise InputError(f"run {self.id!r} is a {self.model} model and has no booster: use run.network")
        return self.learned.booster

    def predict(self, rows: pl.DataFrame, *, calibrated: bool = True) -> NDArray[np.float64]:
        """Foresee the event.

        Args:
            rows: One raw column a field, as `rows` and `workbench.features.frame` give them; others are ignored.
            calibrated: Whether to calibrate; if not, the sigmoid of the logit that explanations add up to.

        Returns:
            Probabilities in [0, 1], `[rows]`.

        Raises:
            InputError: If a field's column is missing; it is named.
            DataError: If a numeric field holds something else.
        """
        logits = self.logits(rows)
        return self.calibrator.probabilities(logits) if calibrated else sigmoid(logits)

    def logits(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Find the uncalibrated logits, float64 `[rows]`; arguments and errors as of `predict`."""
        return self.learned.logits(self.vocabulary.encode(rows))

    def encode(self, rows: pl.DataFrame) -> Batch:
        """Turn raw rows into what the network's `embed` takes; arguments and errors as of `predict`."""
        return to_batch(self.vocabulary.encode(rows))

    def matrix(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Turn raw rows into what the booster takes, `[rows, fields]`; arguments and errors as of `predict`."""
        return tree_matrix(self.vocabulary.encode(rows), self.vocabulary)

    def rows(
        self, part: str = "test", n: int | None = None, seed: int = 0, *, ids: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """Take rows of the log as the model sees them.

        Args:
            part: `train`, `valid` or `test`.
            n: Number of rows, drawn without replacement and kept in order; all of them where None or where there are
                fewer.
            seed: Seed of the draw.
            ids: Impressions to take instead, in this order; `part` and `n` are then not looked at.

        Returns:
            `impression_id`, `ts`, `label` and one raw column a field.

        Raises:
            UnknownNameError: If there is no such part.
            InputError: If n is below 1, or ids name impressions the store does not hold.
            StoreError: If the store is not where the run says.
        """
        if ids is not None:
            return frame(self.store(), self.spec, self.target, ids=ids)
        if n is None:
            return self._part(part, self.spec.fields).drop("person", "trainable")
        check_at_least(n, 1, name="n")
        drawn_from = self._part(part, ())["impression_id"]
        chosen = np.sort(np.random.default_rng(seed).permutation(len(drawn_from))[:n])
        return frame(self.store(), self.spec, self.target, ids=drawn_from[chosen].to_list())

    def calibration_by(self, field: str, part: str = "test") -> pl.DataFrame:
        """Say for each value of a field whether what was foreseen came.

        Args:
            field: Name of one of the run's fields, for example `campaign_id`.
            part: `train`, `valid` or `test`.

        Returns:
            One row a value, the farthest off first: `rows`, `events`, `predicted`, `ratio` with `low` and `high`.
            Among many values some are off by chance alone.

        Raises:
            UnknownNameError: If there is no such field or part.
            StoreError: If the store is not where the run says.
        """
        check_name(field, self.spec.names, name="field")
        rows = self._part(part, self.spec.fields)
        return calibration_by(rows[field], rows["label"].to_numpy(), self.predict(rows), people_of(rows["person"]))

    def _part(self, part: str, fields: Sequence[Field]) -> pl.DataFrame:
        check_name(part, PARTS, name="part")
        rows = joined_rows(self.store(), fields, self.target)
        rows = rows.filter(self.split.part(rows) == part)
        return rows if part == "test" else rows.filter("trainable")

    def store(self) -> Store:
        """Open the store the run belongs to, at its newest version.

        Raises:
            StoreError: If the run's folder was taken out of its store, or put into another.
        """
        lineage = self.facts.store[0]
        store = open_store(self.folder.parent.parent)
        if store.lineage_id != lineage:
            raise StoreError(f"run {self.id!r} was trained on store {lineage}: open it in that store's runs folder")
        return store

    def __str__(self) -> str:
        return f"{self.id}: {self.target} by {self.model}; {self.metrics}"

    def __repr__(self) -> str:
        return f"Run({self.id!r}, AUC {self.metrics.auc})"

    def to_polars(self) -> pl.DataFrame:
        """The metrics, one row a predictor, under the run's id."""
        return self.metrics.to_polars().select(pl.lit(self.id).alias("run"), pl.all())

    def _repr_html_(self) -> str:
        stopped = " It was stopped early." if self.facts.ended == "stopped" else ""
        trained = (
            f"{self.facts.summary}; {self.facts.rows['train']:,} training rows; {self.facts.calibration}.{stopped}"
        )
        return html_block(
            f"{self.id}: {self.target} by {self.model}", self.metrics._repr_html_(), note=f"{trained} More: run.card"
        )


def save_run(run: Run, folder: Path) -> None:
    """Write all of a run into a folder, but for the events, which are written as they happen.

    Args:
        run: The run.
        folder: The folder, which exists.
    """
    run.learned.save(folder)
    spec = {"facts": asdict(run.facts), "split": run.split.to_json(), "spec": run.spec.to_json()}
    write_json(folder / "spec.json", spec)
    write_json(folder / "vocabulary.json", run.vocabulary.to_json())
    write_json(folder / "calibrator.json", asdict(run.calibrator))
    write_json(folder / "metrics.json", run.metrics.to_json())
    (folder / "card.md").write_text(run.card.markdown, encoding="utf-8")


def open_run(folder: str | Path) -> Run:
    """Open a run.

    Args:
        folder: Its folder, for example `store.runs_folder / "dcnv2-20261122-101500-3f9a"`.

    Returns:
        The run; it predicts what it predicted when it was made, to the bit on the same machine.

    Raises:
        StoreError: If the folder is missing or damaged.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise StoreError(f"there is no run in {folder}: list_runs(store) names those of a store")
    written = read_json(folder / "spec.json")
    parts = {name: read_json(folder / f"{name}.json") for name in ("vocabulary", "calibrator", "metrics")}
    try:
        return _read(folder, written, parts)
    except Exception:  # noqa: BLE001 - torch, LightGBM and safetensors raise what they like on a damaged file
        raise StoreError(f"the run in {folder} is damaged or of another version: restore it, or train again") from None


def _read(folder: Path, written: dict[str, Any], parts: dict[str, dict[str, Any]]) -> Run:
    facts = Facts(**{**written["facts"], "store": tuple(written["facts"]["store"])})
    spec = FeatureSpec.from_json(written["spec"])
    vocabulary = Vocabulary.from_json(spec, parts["vocabulary"])
    return Run(
        folder,
        facts,
        spec,
        vocabulary,
        Split.from_json(written["split"]),
        Calibrator(**parts["calibrator"]),
        Metrics.from_json(parts["metrics"]),
        load_learned(facts.model, folder, vocabulary),
    )


def list_runs(store: Store) -> tuple[Run, ...]:
    """Open the runs of a store, newest first.

    Args:
        store: The store.

    Returns:
        The runs; one that is being written is not among them.

    Raises:
        StoreError: If one of them is damaged; it is named.
    """
    folders = store.runs_folder.iterdir() if store.runs_folder.is_dir() else ()
    runs = [open_run(folder) for folder in folders if folder.is_dir() and not folder.name.startswith(".")]
    return tuple(sorted(runs, key=lambda run: (run.facts.made, run.id), reverse=True))
