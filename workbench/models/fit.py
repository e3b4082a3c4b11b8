"""`wb.fit`: from a store to a trained, calibrated and measured run, in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

import numpy as np

from workbench import __version__
from workbench.checks import check_at_least, check_name
from workbench.features.frame import TARGETS
from workbench.features.spec import FeatureSpec, infer_spec
from workbench.models.card import Facts
from workbench.models.ceiling import ceiling_logits
from workbench.models.device import choose_device
from workbench.models.folder import EventLog, name_run, writing_run
from workbench.models.learning import Fitted, Plan, learn
from workbench.models.metrics import Metrics, measure
from workbench.models.names import ABOUT, MODELS
from workbench.models.prepared import Prepared, prepare
from workbench.models.run import Run, save_run
from workbench.models.scores import Outcome
from workbench.models.stopping import stops_on_interrupt
from workbench.progress import OnProgress, Progress, quiet
from workbench.store.store import Store

__all__ = ["fit"]


def fit(  # noqa: PLR0913 - what an analyst may choose, all but two by name
    store: Store,
    model: str = "dcnv2",
    *,
    target: str = "click",
    spec: FeatureSpec | None = None,
    name: str | None = None,
    seed: int = 0,
    device: str = "auto",
    epochs: int | None = None,
    baselines: Sequence[str] = ("lightgbm",),
    on_progress: OnProgress = quiet,
) -> Run:
    """Train a model on a store, calibrate it, and hold it against simpler predictors on the log's end.

    The log is cut forward in time: the model learns from the first 70 % of rows, is tuned and calibrated on the next
    15 %, and is measured on the last 15 %. Ctrl-C ends training after the step at hand; the run is then finished with
    what was learnt. The run is put into the store's `runs` folder and entered in its lineage.

    Args:
        store: The store.
        model: One of `wb.presets()`.
        target: `click` (the impression was clicked) or `order` (it was followed by an order).
        spec: The fields; inferred from the store where None.
        name: Name of the run; made of model, moment and chance where None.
        seed: Seed of all draws; on a CPU the same seed gives the same weights to the bit.
        device: `auto`, `cpu`, `cuda` or `mps`: where a network is trained.
        epochs: Most passes over the training rows (for trees: most hundreds of trees); the model's own where None.
        baselines: Models trained alongside for comparison, besides the constant: any of the model names.
        on_progress: Called as work goes on.

    Returns:
        The run.

    Raises:
        UnknownNameError: If there is no such model, target, device or baseline; the nearest is suggested.
        InputError: If the name is taken or could not be a folder's, or epochs is below 1.
        DataError: If the store lacks what is needed, the target has one class, or there are too few rows.
        StoreError: If the store's folder cannot be written to.
        MissingPartError: If the device is not here.
    """
    check_name(model, MODELS, name="model")
    check_name(target, TARGETS, name="target")
    for baseline in baselines:
        check_name(baseline, MODELS, name="baseline")
    if epochs is not None:
        check_at_least(epochs, 1, name="epochs")
    plan = Plan(seed, choose_device(device), epochs)
    run_id = name_run(store.runs_folder, model, name)
    started = monotonic()
    on_progress(Progress("reading impressions", 0, None, "rows", 0.0))
    data = prepare(store, spec or infer_spec(store, target), target)
    on_progress(Progress("reading impressions", len(data.rows), len(data.rows), "rows", monotonic() - started))
    with writing_run(store.runs_folder, run_id) as folder:
        store.log("train", run_id)
        events = EventLog(folder / "events.jsonl")
        events.append("begin", {"model": model, "target": target, "rows": data.counts})
        with stops_on_interrupt() as stop:
            fitted = learn(model, data, plan, stop=stop, events=events, on_progress=on_progress)
            beside = {}
            for other in [name for name in baselines if name != model and not stop.asked]:
                beside[other] = learn(other, data, replace(plan, epochs=None), stop=stop, on_progress=on_progress)
                events.append("baseline", {"model": other, "looks": beside[other].looks})
            # Still within: whoever asks to stop this late gets the run, whose training is done.
            metrics = _measure(model, fitted, beside, data, store, target)
            facts = _facts(run_id, model, target, store, data, fitted, plan)
            run = Run(
                store.runs_folder / run_id,
                facts,
                data.vocabulary.spec,
                data.vocabulary,
                data.split,
                fitted.calibrator,
                metrics,
                fitted.learned,
            )
            save_run(run, folder)
        events.append("end", {"ended": fitted.ended, "auc": metrics.auc.value, "seconds": monotonic() - started})
        # Before it gets its name: a run that erasure does not know of must not be there.
        store.record("run", run_id, {"model": model, "target": target, "rows": data.counts})
    return run


def _measure(
    model: str, fitted: Fitted, beside: Mapping[str, Fitted], data: Prepared, store: Store, target: str
) -> Metrics:
    encoded, labels = data.examples["test"]
    share = float(data.examples["train"][1].mean())
    constant = np.full(len(labels), np.log(share / (1 - share)))
    others = {name: other.calibrator.logits(other.learned.logits(encoded)) for name, other in beside.items()}
    return measure(
        model,
        fitted.calibrator.logits(fitted.learned.logits(encoded)),
        Outcome(labels, data.people),
        baselines={"constant": constant, **others},
        ceiling=ceiling_logits(store, target, data.rows.filter(data.parts["test"])["impression_id"]),
    )


def _facts(run_id: str, model: str, target: str, store: Store, data: Prepared, fitted: Fitted, plan: Plan) -> Facts:
    lines = {
        "platt": "calibrated by a line (Platt)",
        "temperature": "calibrated by a factor (temperature)",
        "none": "not calibrated: its logits did not vary with the event",
    }
    line = fitted.calibrator
    return Facts(
        id=run_id,
        model=model,
        summary=ABOUT[model].summary,
        target=target,
        store=(store.lineage_id, store.version),
        split=str(data.split),
        rows=data.counts,
        calibration=f"{lines[line.method]}: slope {line.slope:.3f}, intercept {line.intercept:+.3f}",
        ended=fitted.ended,
        looks=fitted.looks,
        seed=plan.seed,
        device="cpu" if model == "lightgbm" else plan.device.type,
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC by campaign-workbench {__version__}",
    )
