"""How well a model foresees: beside a constant, LightGBM and the ceiling, each figure with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.display import html_block, html_table
from workbench.models.calibration import sigmoid
from workbench.models.intervals import Estimate
from workbench.models.reliability import calibration_error_by_chance, reliability_table
from workbench.models.scores import Comparison, Outcome, Score, compare_scores, score

__all__ = ["Metrics", "measure"]


@dataclass(frozen=True)
class Metrics:
    """How well a run foresees on its test slice, which lies after all it has learnt from.

    Attributes:
        model: Name of the model.
        score: The run's own score; `auc`, `log_loss`, `ratio` and `ece` are short for its parts.
        baselines: Other predictors on the same rows: `constant` (the share of events in training) always, `lightgbm`
            where it was trained alongside.
        ceiling: The best any model could do that sees the logged columns; None where it is not known, which is
            everywhere but on simulated platforms.
        reliability: One row a bin: `rows`, `predicted`, `observed`, `low`, `high`.
        rows: Rows of the test slice.
        events: Events among them.
        people: People among them; 0 where the log names nobody, and then intervals take rows as independent.
    """

    model: str
    score: Score
    baselines: Mapping[str, Comparison]
    ceiling: Comparison | None
    reliability: pl.DataFrame
    rows: int
    events: int
    people: int

    @property
    def auc(self) -> Estimate:
        """The run's AUC."""
        return self.score.auc

    @property
    def log_loss(self) -> Estimate:
        """The run's log loss, nats."""
        return self.score.log_loss

    @property
    def ratio(self) -> Estimate:
        """Events the run predicted over events that came."""
        return self.score.ratio

    @property
    def ece(self) -> float:
        """The run's expected calibration error, a probability."""
        return self.score.ece

    @property
    def ece_by_chance(self) -> float:
        """The calibration error a perfectly calibrated model would show on so many rows, by chance."""
        return calibration_error_by_chance(self.reliability)

    @property
    def findings(self) -> tuple[str, ...]:
        """What the figures say, in plain sentences; first of all where the model is not worth its trouble."""
        if not 0 < self.events < self.rows:
            came = "no event" if self.events == 0 else "nothing but events"
            return (f"The test slice holds {came}, so nothing can be said of who foresees better: load more days.",)
        found = [_finding(self.model, _NAMES.get(name, name), against) for name, against in self.baselines.items()]
        if self.ceiling is not None and isfinite(self.ceiling.auc_gain.value):
            gap = self.ceiling.auc_gain
            found.append(f"AUC against the observable ceiling: {gap.value:+.4f} ({gap.low:+.4f} to {gap.high:+.4f}).")
        if isfinite(self.ratio.low) and not self.ratio.low <= 1 <= self.ratio.high:
            found.append(
                f"It predicts {self.ratio.value:.2f} events for each that came "
                f"({self.ratio.low:.2f} to {self.ratio.high:.2f}): the share of events has moved since training."
            )
        return tuple(found)

    @property
    def note(self) -> str:
        """What the figures rest on."""
        people = f"of {self.people:,} people, intervals clustered by person" if self.people else "taken as independent"
        return f"Test slice: {self.rows:,} rows {people}; {self.events:,} events. 95 % intervals."

    def to_polars(self) -> pl.DataFrame:
        """One row a predictor: its AUC, log loss and ratio with intervals, ECE, and the model's gains over it."""
        rows: list[dict[str, object]] = [{"predictor": self.model, **_columns(self.score)}]
        others = [*self.baselines.items(), *([("ceiling", self.ceiling)] if self.ceiling is not None else [])]
        for name, against in others:
            gains = _ends("auc_gain", against.auc_gain) | _ends("log_loss_gain", against.log_loss_gain)
            rows.append({"predictor": name, **_columns(against.score), **gains})
        return pl.DataFrame(rows, infer_schema_length=None)

    def __str__(self) -> str:
        return f"AUC {self.auc}, log loss {self.log_loss}. {' '.join(self.findings)}"

    def _repr_html_(self) -> str:
        rows = [[self.model, str(self.auc), str(self.log_loss), str(self.ratio), f"{self.ece:.4f}", None]]
        for name, against in self._others():
            other = against.score
            gain = _signed(against.log_loss_gain)
            rows.append([name, str(other.auc), str(other.log_loss), str(other.ratio), f"{other.ece:.4f}", gain])
        headers = ["predictor", "AUC", "log loss", "predicted / came", "ECE", "log loss saved against it"]
        table = html_table(headers, rows)
        chance = f" A perfectly calibrated model would show an ECE of {self.ece_by_chance:.4f} by chance."
        return html_block(" ".join(self.findings), table, note=self.note + chance)

    def _others(self) -> list[tuple[str, Comparison]]:
        ceiling = [("observable ceiling", self.ceiling)] if self.ceiling is not None else []
        return [*((_NAMES.get(name, name), against) for name, against in self.baselines.items()), *ceiling]

    def to_json(self) -> dict[str, Any]:
        """Write the metrics as plain data, for a run's folder."""
        return {
            "model": self.model,
            "score": self.score.to_json(),
            "baselines": {name: against.to_json() for name, against in self.baselines.items()},
            "ceiling": None if self.ceiling is None else self.ceiling.to_json(),
            "reliability": self.reliability.to_dict(as_series=False),
            "rows": self.rows,
            "events": self.events,
            "people": self.people,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Metrics":
        """Read what `to_json` wrote."""
        ceiling = written["ceiling"]
        types = {"rows": pl.Int64} | dict.fromkeys(("predicted", "observed", "low", "high"), pl.Float64)
        return cls(
            written["model"],
            Score.from_json(written["score"]),
            {name: Comparison.from_json(against) for name, against in written["baselines"].items()},
            None if ceiling is None else Comparison.from_json(ceiling),
            pl.DataFrame(written["reliability"], schema=types),
            written["rows"],
            written["events"],
            written["people"],
        )


_NAMES = {"lightgbm": "LightGBM", "constant": "the constant"}


def measure(
    model: str,
    logits: NDArray[np.float64],
    outcome: Outcome,
    *,
    baselines: Mapping[str, NDArray[np.float64]],
    ceiling: NDArray[np.float64] | None = None,
) -> Metrics:
    """Hold a model against what happened, beside other predictors on the same rows.

    Args:
        model: Name of the model.
        logits: Its calibrated logits, `[rows]`.
        outcome: What happened.
        baselines: Calibrated logits of other predictors by name, each `[rows]`.
        ceiling: Logits of the best any model could know, `[rows]`; None where not known.

    Returns:
        The metrics; figures that the rows cannot tell are NaN and show as "no data".
    """
    people = 0 if outcome.people is None else len(np.unique(outcome.people))
    return Metrics(
        model,
        score(logits, outcome),
        {name: compare_scores(logits, other, outcome) for name, other in baselines.items()},
        None if ceiling is None else compare_scores(logits, ceiling, outcome),
        reliability_table(outcome.labels, sigmoid(logits), outcome.people),
        len(logits),
        int(outcome.labels.sum()),
        people,
    )


def _finding(model: str, name: str, against: Comparison) -> str:
    gain, low, high = against.log_loss_gain.value, against.log_loss_gain.low, against.log_loss_gain.high
    figures = (
        f"log loss {abs(gain):.5f} {'lower' if gain >= 0 else 'higher'}, interval {_signed(against.log_loss_gain)}"
    )
    if low > 0:
        return f"{model} foresees better than {name} ({figures})."
    if high < 0:
        return f"{name[:1].upper()}{name[1:]} foresees better than {model} ({figures}): use it, or say why not."
    return f"{model} and {name} cannot be told apart on these rows ({figures})."


def _signed(gain: Estimate) -> str:
    return f"{gain.value:+.5f} ({gain.low:+.5f} to {gain.high:+.5f})" if isfinite(gain.low) else "no data"


def _ends(name: str, figure: Estimate) -> dict[str, object]:
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def _columns(score: Score) -> dict[str, object]:
    ratio = _ends("predicted_over_observed", score.ratio)
    return _ends("auc", score.auc) | _ends("log_loss", score.log_loss) | ratio | {"ece": score.ece}
