"""Does attribution name the cause that was planted, and what does one decision cost?

    python benchmarks/explaining.py [--impressions 200000] [--rows 1000] [--models dcnv2 lightgbm]

On the simulated platform every term of the logit is known; the top cause of a decision is the one whose centred term
moved its logit most. Two rules say whether an explanation found it:

- by field: the field with the largest attribution is one through which that cause acts. A cause of two fields shares
  its credit between them, so it can lose to a smaller cause of one field;
- by cause: the attributions of each cause's fields are added up, and that cause's sum is the largest.

Both stand beside a control, the attributions graded against another decision's cause, and beside the same grades of a
perfect model explained exactly: the true terms themselves, by their Shapley values over background rows.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt
import polars as pl

import workbench as wb
from workbench.evaluation.rates import Rate, rate
from workbench.models.run import Run
from workbench.simulation.truth import Truth

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grades:
    """How often the top cause was found, and how often another decision's was."""

    by_field: Rate
    by_field_other: Rate
    by_cause: Rate
    by_cause_other: Rate

    def __str__(self) -> str:
        return f"{self.by_field} | {self.by_field_other.value:.0%} | {self.by_cause} | {self.by_cause_other.value:.0%}"


def named_causes(truth: Truth) -> list[str]:
    """List the causes an explanation could name: those that act through logged fields."""
    return [cause for cause in truth.causes if cause not in truth.hidden]


def grade(truth: Truth, ids: Sequence[str], fields: Sequence[str], values: Values) -> Grades:
    """Grade attributions by both rules."""
    known = dict(truth.contributions().select("impression_id", "top_cause").collect().iter_rows())
    top = [known[row_id] for row_id in ids]
    causes = named_causes(truth)
    leading_field = [fields[place] for place in np.abs(values).argmax(axis=1)]
    sums = [values[:, [fields.index(field) for field in truth.causes[cause]]].sum(axis=1) for cause in causes]
    leading_cause = [causes[place] for place in np.abs(np.stack(sums, axis=1)).argmax(axis=1)]

    def share(top: Sequence[str], rule: str) -> Rate:
        if rule == "field":
            hits = [field in truth.causes[cause] for field, cause in zip(leading_field, top, strict=True)]
        else:
            hits = [found == cause for found, cause in zip(leading_cause, top, strict=True)]
        return rate(sum(hits), len(hits))

    other = [*top[1:], top[0]]
    return Grades(share(top, "field"), share(other, "field"), share(top, "cause"), share(other, "cause"))


def perfect(truth: Truth, run: Run, rows: pl.DataFrame, background: pl.DataFrame) -> tuple[list[str], Values]:
    """Give the Shapley values of the true terms over their own fields; each cause acts through one field or two."""
    causes = named_causes(truth)
    fields = sorted({field for cause in causes for field in truth.causes[cause]})
    terms = truth.impressions.select("impression_id", *(f"term_{cause}" for cause in causes)).collect()
    seen = pl.concat([run.rows("train"), run.rows("test")]).join(terms, on="impression_id")
    values = np.zeros((len(rows), len(fields)))
    for cause in causes:
        names = list(truth.causes[cause])
        cells = seen.drop_nulls(names).group_by(names).agg(pl.col(f"term_{cause}").first())
        table = {tuple(row[:-1]): row[-1] for row in cells.iter_rows()}
        here, there = rows.select(names).rows(), background.select(names).rows()
        for row, own in enumerate(here):
            for base in there:
                for place, name in enumerate(names):
                    values[row, fields.index(name)] += _moved(table, own, base, place) / len(there)
    return fields, values


def _moved(
    table: dict[tuple[object, ...], float], own: tuple[object, ...], base: tuple[object, ...], place: int
) -> float:
    """Give the Shapley value of one of at most two fields: its effect before and after the other, averaged."""
    orders = [own, base] if len(own) > 1 else [own]
    moves = []
    for others in orders:
        after, before = list(others), list(others)
        after[place], before[place] = own[place], base[place]
        moves.append(table[tuple(after)] - table[tuple(before)])
    return float(np.mean(moves))


def main() -> None:
    """Print one Markdown row a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impressions", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--background", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--models", nargs="+", default=["dcnv2", "lightgbm"])
    given = parser.parse_args()
    print(
        "| model | test AUC | found by field (95 % interval) | control | found by cause (95 % interval) | control "
        "| CPU-ms a decision | largest additivity error |\n|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        store = wb.demo(Path(folder) / "shop", impressions=given.impressions, seed=given.seed)
        truth = wb.truth(store)
        for model in given.models:
            run = wb.fit(store, model, baselines=(), seed=given.seed)
            rows = run.rows("test", n=given.rows, seed=given.seed)
            wb.explain(run, rows.head(2), given.background, seed=given.seed)  # Libraries compile on first use.
            started = process_time()
            why = wb.explain(run, rows, given.background, seed=given.seed)
            milliseconds = 1000 * (process_time() - started) / len(rows)
            grades = grade(truth, why.row_ids, why.fields, why.values)
            error = why.additivity_error.max()
            print(f"| {model} | {run.metrics.auc} | {grades} | {milliseconds:.1f} | {error:.1g} |", flush=True)
        needed = [field for cause in named_causes(truth) for field in truth.causes[cause]]
        known = rows.drop_nulls(needed)  # Of people without consent the fields are not known to anyone.
        background = run.rows("train", n=given.background, seed=given.seed).drop_nulls(needed)
        fields, values = perfect(truth, run, known, background)
        grades = grade(truth, known["impression_id"].to_list(), fields, values)
        best = run.metrics.ceiling.score.auc if run.metrics.ceiling else ""
        print(f"| the true terms, exactly ({len(known)} decisions) | {best} | {grades} | | |")


if __name__ == "__main__":
    main()
