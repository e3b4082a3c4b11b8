"""The truth of a simulated store: every probability, kept beside the store and never in it.

Audits read it to grade the workbench's answers; no model and no report is ever given it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from workbench.display import html_block, html_table
from workbench.errors import StoreError
from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES
from workbench.simulation.ceilings import Ceilings, ceiling
from workbench.simulation.effects import Effect, arm_effects, creative_lift
from workbench.simulation.log import SimulatedLog
from workbench.simulation.outcomes import order_delay_hours
from workbench.simulation.people import canaries
from workbench.store.store import Store

__all__ = ["Truth", "truth", "truth_folder", "write_truth"]

_FACTS, _IMPRESSIONS = "truth.json", "impressions.parquet"


@dataclass(frozen=True)
class Truth:
    """What is true of a simulated store.

    Attributes:
        folder: Where it lies.
        hash: Name of the simulated log, as in the store's origin.
        intercept: Logit of a click before any cause.
        causes: Cause of clicks -> the fields it acts through, as a model names them; none for what nobody logs.
        hidden: Causes no model may see: what nobody logs, and the arm.
        effects: True effect of arm B over arm A by metric: `ctr`, `cvr`, `orders_per_user`, `revenue_per_user`,
            `revenue_per_impression`. The A/A arms have none.
        creative_lift: Expected clicks with the best creative of each ad over a random one, minus 1.
        canary_ids: Raw identifiers of the planted users; found nowhere in a store.
        canary_values: Their home towns; found in the store's users and nowhere else.
    """

    folder: Path
    hash: str
    intercept: float
    causes: Mapping[str, tuple[str, ...]]
    hidden: tuple[str, ...]
    effects: Mapping[str, Effect]
    creative_lift: float
    canary_ids: tuple[str, ...]
    canary_values: tuple[str, ...]

    @property
    def canaries(self) -> tuple[str, ...]:
        """All strings a leak test searches for."""
        return self.canary_ids + self.canary_values

    @property
    def impressions(self) -> pl.LazyFrame:
        """One row an impression.

        `impression_id`; `term_CAUSE`, logits that add up with the intercept to the logit of `p_click`;
        `p_click_observable`, the same as far as logged fields tell; `order_term_CAUSE`; `p_order`, probability of an
        order given a click; `order_value`, its expected value in units of the currency; `click`, what happened. Where
        the wait for an order differs by ad, `order_delay_hours` is its mean.
        """
        return pl.scan_parquet(self.folder / _IMPRESSIONS, glob=False)

    def ceilings(self, ids: Iterable[str] | None = None) -> Ceilings:
        """Say how well anyone could predict clicks.

        Args:
            ids: Impressions to look at, for example those a model is tested on; all by default.

        Returns:
            The oracle's ceiling and the observable one.

        Raises:
            StoreError: If the truth's files cannot be read.
        """
        wanted = self.impressions.select("impression_id", "p_click", "p_click_observable", "click")
        if ids is not None:
            wanted = wanted.join(
                pl.LazyFrame({"impression_id": pl.Series(ids, dtype=pl.String)}), on="impression_id", how="semi"
            )
        rows = _read(wanted)
        true, seen = rows["p_click"].to_numpy(), rows["p_click_observable"].to_numpy()
        click = rows["click"].to_numpy()
        return Ceilings(
            oracle=ceiling(true, true, click),
            observable=ceiling(seen, true, click),
            impressions=len(rows),
            clicks=int(np.count_nonzero(click)),
        )

    def contributions(self) -> pl.LazyFrame:
        """What each cause did to each impression, against its mean over all.

        Returns:
            `impression_id`, one logit a cause, and `top_cause`, the cause that moved the logit most among those an
            explanation could name, which hidden ones are not.
        """
        named = [name for name in self.causes if name not in self.hidden]
        parts = [(pl.col(f"term_{name}") - pl.col(f"term_{name}").mean()).alias(name) for name in self.causes]
        moved = pl.concat_list(pl.col(name).abs() for name in named).list.arg_max()
        top = moved.replace_strict(dict(enumerate(named)), return_dtype=pl.String)
        return self.impressions.select("impression_id", *parts).with_columns(top_cause=top)

    def to_polars(self) -> pl.DataFrame:
        """The true effects, one row a metric."""
        return pl.DataFrame([vars(effect) for effect in self.effects.values()])

    def _repr_html_(self) -> str:
        effects = [(e.metric, f"{e.a:.5g}", f"{e.b:.5g}", f"{e.lift:+.2%}") for e in self.effects.values()]
        causes = [(name, ", ".join(fields) or "nothing that is logged") for name, fields in self.causes.items()]
        return html_block(
            f"What is true of this simulated store ({self.hash[:12]})",
            html_table(["metric", "arm A", "arm B", "true lift"], effects),
            html_table(["cause of clicks", "acts through"], causes),
            note="Kept beside the store. No model and no report reads it.",
        )


def truth(store: Store) -> Truth:
    """Open the truth of a simulated store.

    Args:
        store: A store made by `wb.demo`.

    Returns:
        The truth.

    Raises:
        StoreError: If the store is not simulated, or its truth is missing or belongs to another log.
    """
    if store.origin.get("kind") != "simulation":
        raise StoreError(
            f"{store.folder} is not a simulated store, so nobody knows its truth: make one with wb.demo(folder)"
        )
    folder = truth_folder(store.folder)
    again = "make the store again with wb.demo in another folder"
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise StoreError(f"the truth of {store.folder} is not at {folder}: copy it there, or {again}") from None
    if facts["hash"] != store.origin.get("hash"):
        raise StoreError(f"{folder} holds the truth of another log than {store.folder}: {again}")
    return Truth(
        folder=folder,
        hash=facts["hash"],
        intercept=facts["intercept"],
        causes={name: tuple(fields) for name, fields in facts["causes"].items()},
        hidden=tuple(facts["hidden"]),
        effects={effect["metric"]: Effect(**effect) for effect in facts["effects"]},
        creative_lift=facts["creative_lift"],
        canary_ids=tuple(facts["canary_ids"]),
        canary_values=tuple(facts["canary_values"]),
    )


def truth_folder(store_folder: Path) -> Path:
    """Say where the truth of a simulated store lies: beside it.

    Example:
        >>> truth_folder(Path("demo/shop")).name
        'shop.truth'
    """
    return store_folder.with_name(store_folder.name + ".truth")


def write_truth(folder: Path, log: SimulatedLog, impression_ids: pl.Series, *, hash: str) -> None:
    """Write the truth of a log.

    Args:
        folder: Where; made if absent.
        log: The log.
        impression_ids: Names of the impressions, in order.
        hash: Name of the log.

    Raises:
        StoreError: If the folder cannot be written to.
    """
    value = log.catalogue.price[log.ad].astype(np.float64)
    users = int(np.count_nonzero(np.bincount(log.requests.user)))
    effects = arm_effects(log.settings, log.scene, log.logit, log.p_order, value, users)
    planted = canaries(log.settings, log.seed)
    facts = {
        "hash": hash,
        "seed": log.seed,
        "impressions": len(log),
        "intercept": log.settings.causes.intercept,
        "causes": {cause.name: cause.fields for cause in CLICK_CAUSES if cause.acts(log.settings)},
        "hidden": [cause.name for cause in CLICK_CAUSES if cause.hidden],
        "order_causes": {cause.name: cause.fields for cause in ORDER_CAUSES if cause.acts(log.settings)},
        "effects": [vars(effect) for effect in effects.values()],
        "creative_lift": creative_lift(log.settings, log.catalogue, log.scene, log.ad, log.logit),
        "canary_ids": [name for name, _ in planted],
        "canary_values": [town for _, town in planted],
    }
    rows = pl.DataFrame(
        {
            "impression_id": impression_ids,
            **{f"term_{name}": term for name, term in log.click_terms.items()},
            "p_click": log.p_click,
            "p_click_observable": log.p_click_observable,
            **{f"order_term_{name}": term for name, term in log.order_terms.items()},
            "p_order": log.p_order,
            "order_value": value,
            "click": log.outcomes.click,
        }
    )
    if log.settings.delay is not None:
        rows = rows.with_columns(order_delay_hours=pl.Series(order_delay_hours(log.settings, log.catalogue)[log.ad]))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(folder / _IMPRESSIONS, compression="lz4", statistics=False)
        (folder / _FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written to ({error.strerror}): give a folder where you may write"
        ) from None


def _read(rows: pl.LazyFrame) -> pl.DataFrame:
    try:
        return rows.collect()
    except (OSError, pl.exceptions.PolarsError):
        raise StoreError("the truth's impressions cannot be read: make the store again with wb.demo") from None
