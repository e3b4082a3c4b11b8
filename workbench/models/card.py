"""The model card: what a run learnt from, how well it foresees, and what it must not be trusted with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workbench.display import html_block
from workbench.features.fields import FeatureSpec
from workbench.models.metrics import Metrics

__all__ = ["Card", "Facts", "make_card"]


@dataclass(frozen=True)
class Facts:
    """How a run came about, as its folder keeps it.

    Attributes:
        id: The run's id.
        model: Name of the model.
        summary: What the model is, in a line.
        target: What it foresees.
        store: Lineage id and version of the store it learnt from.
        split: How the log was cut, in words.
        rows: Rows by part: `train`, `valid`, `test`, and those left out: `no consent`, `no moment`.
        calibration: The calibrator in words.
        ended: Why training ended: `patience`, `epochs` or `stopped`.
        looks: Looks at the validation log loss, or trees.
        seed: Seed of training.
        device: Where it was trained.
        made: When, UTC, and with which version of the workbench.
    """

    id: str
    model: str
    summary: str
    target: str
    store: tuple[str, int]
    split: str
    rows: Mapping[str, int]
    calibration: str
    ended: str
    looks: int
    seed: int
    device: str
    made: str


@dataclass(frozen=True)
class Card:
    """A model card.

    Attributes:
        title: The run's id and what it foresees.
        sections: Heading and lines of each section.
    """

    title: str
    sections: Sequence[tuple[str, Sequence[str]]]

    @property
    def markdown(self) -> str:
        """The card as Markdown."""
        parts = [f"## {heading}\n\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in self.sections]
        return f"# {self.title}\n\n" + "\n\n".join(parts) + "\n"

    @property
    def html(self) -> str:
        """The card as HTML without scripts or references."""
        rows = [(heading, "<br>".join(escape(line) for line in lines)) for heading, lines in self.sections]
        cell = "padding:4px 16px 4px 0;vertical-align:top;text-align:left"
        body = "".join(
            f'<tr><th style="{cell};white-space:nowrap">{escape(heading)}</th><td style="{cell}">{lines}</td></tr>'
            for heading, lines in rows
        )
        return html_block(self.title, f'<table class="workbench-card">{body}</table>')

    def __str__(self) -> str:
        return self.markdown

    def _repr_html_(self) -> str:
        return self.html


_ENDED = {
    "patience": "the validation log loss gained no more",
    "epochs": "all passes over the training rows were made",
    "stopped": "it was STOPPED EARLY on request; the best weights until then were kept, more training may help",
}


def make_card(facts: Facts, spec: FeatureSpec, metrics: Metrics) -> Card:
    """Write the card of a run.

    Args:
        facts: How it came about.
        spec: Its fields.
        metrics: How well it foresees.

    Returns:
        The card.
    """
    parts = ", ".join(f"{name} {facts.rows[name]:,}" for name in ("train", "valid", "test"))
    by_source = {source: [field.name for field in spec if field.source == source] for source in _SOURCES}
    learnt = [
        f"store {facts.store[0]}, version {facts.store[1]}; {facts.split}",
        f"rows: {parts}",
        f"training ended after {facts.looks} looks at the validation slice because {_ENDED[facts.ended]}",
        f"seed {facts.seed}, trained on {facts.device}, {facts.made}",
    ]
    if facts.rows.get("no consent"):
        learnt.append(
            f"{facts.rows['no consent']:,} rows of people who did not consent to personalisation were neither trained "
            "nor tuned on; for them it sees no profile"
        )
    if facts.rows.get("no moment"):
        learnt.append(f"{facts.rows['no moment']:,} rows without a timestamp were left out")
    quality = [f"AUC {metrics.auc}", f"log loss {metrics.log_loss}", f"predicted over observed {metrics.ratio}"]
    quality.append(f"ECE {metrics.ece:.4f}; {metrics.ece_by_chance:.4f} would come by chance")
    sections = [
        ("What it is", [facts.summary, f"foresees: {facts.target}", facts.calibration]),
        ("What it learnt from", learnt),
        ("What it sees", [f"{source}: {', '.join(names)}" for source, names in by_source.items() if names]),
        ("How well it foresees", [*quality, metrics.note]),
        ("What to know before using it", [*metrics.findings, *_LIMITS]),
    ]
    return Card(f"{facts.id}: {facts.target} by {facts.model}", sections)


_SOURCES = ("user", "ad", "context")
_LIMITS = (
    "It foresees what the logged policy's choices would bring; it does not say what another choice would cause.",
    "It was not trained with differential privacy: do not share it or single predictions outside.",
)
