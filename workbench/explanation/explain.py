"""`wb.explain`: why a run gave these rows their scores, field by field."""

import numpy as np
import polars as pl

from workbench.checks import check_at_least, check_name
from workbench.errors import InputError
from workbench.explanation.attribution import Attribution
from workbench.models.device import steady_threads
from workbench.models.run import Run

__all__ = ["METHODS", "TOLERANCES", "explain"]

METHODS = {
    "integrated_gradients": "networks",
    "tree_path_dependent": "trees",
    "tree_interventional": "trees",
}
"""Method -> the kind of model it fits."""

TOLERANCES = {"networks": 5e-3, "trees": 1e-6}
"""Kind of model -> how far contributions may miss the logit. For trees that is rounding. For networks it is quadrature
over kinks: half a percent of the odds, and each halving of it doubles the work."""

_SILENT_ZEROS = (
    "needs ids as floats, whose gradients are silent zeros, so that no categorical field would seem to matter"
)
_REFUSED = {
    "deep": _SILENT_ZEROS,
    "gradient": _SILENT_ZEROS,
    "kernel": "keeps ten fields by default and reports the others as exactly zero, with sums that still add up",
}


def explain(run: Run, rows: pl.DataFrame, background: int = 100, *, method: str = "auto", seed: int = 0) -> Attribution:
    """Explain the logits of rows by their fields.

    Networks are explained by Captum's integrated gradients over the embedded fields, averaged over background rows of
    the run's training part; trees by shap's TreeExplainer. Either way base and contributions add up to
    `run.logits(rows)`, and a row where they do not is refused. The explanation enters the store's access log.

    Args:
        run: The run.
        rows: Rows to explain, one raw column a field, as `run.rows` gives them.
        background: Training rows that stand for the average decision, 1 or more; not used along the paths of trees,
            which hold the training rows' numbers themselves.
        method: `auto`, `integrated_gradients` (networks), `tree_path_dependent` or `tree_interventional` (trees).
        seed: Seed of the draw of background rows.

    Returns:
        Contributions on the logit scale, [rows, fields].

    Raises:
        UnknownNameError: If there is no such method; the nearest is suggested.
        InputError: If there are no rows or they lack a field, a categorical field holds floats, background is below 1,
            or the method does not fit the model.
        DataError: If contributions do not add up to the logit within `TOLERANCES`.
    """
    kind = "trees" if run.model == "lightgbm" else "networks"
    chosen = _chosen(method, kind, run.model)
    check_at_least(background, 1, name="background", hint="give how many training rows to compare with, such as 100")
    _check_rows(run, rows)
    output = run.logits(rows)
    run.store().log("explain", f"{run.id}: {len(rows)} rows")
    if chosen == "integrated_gradients":
        found = _by_gradients(run, rows, background, seed)
    else:
        found = _by_trees(run, rows, background if chosen == "tree_interventional" else None, seed)
    values, errors, base, named, value_function = found
    ids = rows["impression_id"].cast(pl.String) if "impression_id" in rows.columns else None
    return Attribution(
        run=run.id,
        target=run.target,
        fields=run.spec.names,
        values=values,
        standard_errors=errors,
        base=np.full(len(rows), base),
        output=output,
        probability=run.predict(rows),
        method=named,
        value_function=value_function,
        row_ids=tuple(f"row {place}" for place in range(len(rows))) if ids is None else tuple(ids),
        data=rows.select(run.spec.names),
        tolerance=TOLERANCES[kind],
    )


_Found = tuple[np.ndarray, np.ndarray, float, str, str]


def _by_gradients(run: Run, rows: pl.DataFrame, background: int, seed: int) -> _Found:
    from workbench.explanation.gradients import integrated_gradients

    drawn = run.rows("train", n=background, seed=seed)
    with steady_threads():
        found = integrated_gradients(
            run.network,
            run.encode(rows),
            run.encode(drawn),
            fields=len(run.spec),
            tolerance=0.8 * TOLERANCES["networks"],  # The rest is for what float32 rounds away.
        )
    value_function = (
        f"Logit of {run.target} under {run.id}; every field moves in a straight line from its vector in a background "
        f"row to its vector in this row ({found.steps} steps), averaged over {_background(drawn, seed)}"
    )
    base = float(run.logits(drawn).mean())
    return found.values, found.standard_errors, base, "integrated gradients", value_function


def _by_trees(run: Run, rows: pl.DataFrame, background: int | None, seed: int) -> _Found:
    from workbench.explanation.trees import along_paths, with_background

    matrix = run.matrix(rows)
    if background is None:
        found = along_paths(run.booster, matrix)
        against = "the training rows that came the same way through a tree; no background rows were drawn"
        named = "TreeSHAP along paths"
    else:
        drawn = run.rows("train", n=background, seed=seed)
        found = with_background(run.booster, matrix, run.matrix(drawn))
        against, named = _background(drawn, seed), "TreeSHAP against a background"
    value_function = f"Logit of {run.target} under {run.id}; fields not yet known are averaged over {against}"
    return found.values, np.full(found.values.shape, np.nan), found.base, named, value_function


def _background(drawn: pl.DataFrame, seed: int) -> str:
    return f"{len(drawn)} rows of the run's training part, drawn with seed {seed}"


def _chosen(method: str, kind: str, model: str) -> str:
    """Find the method, or say why it is none."""
    fitting = [name for name, fits in METHODS.items() if fits == kind]
    if method == "auto":
        return fitting[0]
    if method in _REFUSED:
        raise InputError(f"method == {method!r}, must be one of auto, {', '.join(METHODS)}: it {_REFUSED[method]}")
    check_name(method, ["auto", *METHODS], name="method")
    if method not in fitting:
        raise InputError(
            f"method == {method!r} is for {METHODS[method]} and {model!r} is none: use {' or '.join(fitting)}, or auto"
        )
    return method


def _check_rows(run: Run, rows: pl.DataFrame) -> None:
    """Refuse what cannot be explained, or would be explained wrongly."""
    if len(rows) == 0:
        raise InputError("rows == 0, must be at least 1: take some, for example run.rows('test', n=100)")
    floats = [
        field.name
        for field in run.spec.of_kind("categorical")
        if field.name in rows.columns and rows.schema[field.name].is_float()
    ]
    if floats:
        raise InputError(
            f"rows hold floats in {', '.join(floats)}, must hold the values of a category as the log wrote them: ids "
            "cast to float name no category, and the field would seem unknown"
        )
