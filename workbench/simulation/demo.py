"""`wb.demo`: a simulated store on disk, with its truth beside it."""

import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from workbench.checks import check_at_least
from workbench.errors import InputError, StoreError
from workbench.progress import OnProgress, Progress, quiet
from workbench.simulation.behaviour import behaviour_table
from workbench.simulation.catalogue import catalogue_tables
from workbench.simulation.configuration import load_settings, world_hash
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.people import users_table
from workbench.simulation.policies import POLICIES
from workbench.simulation.settings import Settings
from workbench.simulation.truth import truth, truth_folder, write_truth
from workbench.store.pseudonyms import read_key
from workbench.store.store import Store, create_store, open_store

__all__ = ["demo", "impression_ids", "log_tables"]


def demo(
    folder: Path | str,
    *,
    impressions: int = 200_000,
    seed: int = 7,
    config: str | Path = "shop",
    on_progress: OnProgress = quiet,
) -> Store:
    """Make a store of a simulated shop, or open it where it was made before.

    Everything but the pseudonyms follows from config, impressions and seed; pseudonyms follow from the store's own
    random key. The truth lies beside the store: `wb.truth(store)`.

    Args:
        folder: Where; absent, empty, or holding the same demo.
        impressions: Number of impressions, 1 or more.
        seed: Seed of all draws, 0 or more.
        config: Name of a platform that ships with the workbench, or path of a `.toml` file: `shop`; `moving`, where
            people tire, browse and change, and orders come late; `flat`, where nothing works.
        on_progress: Told how far it is.

    Returns:
        The store.

    Raises:
        UnknownNameError: If there is no such platform, or its file has an unknown key.
        InputError: If a number is outside what is allowed.
        StoreError: If the folder holds something else or cannot be written to.
    """
    for name, value, low, example in (("impressions", impressions, 1, "200_000"), ("seed", seed, 0, "7")):
        check_at_least(value, low, name=name, hint=f"give a whole number such as {example}")
        if value != int(value):
            raise InputError(f"{name} == {value}, must be a whole number: give for example {example}")
    impressions, seed = int(impressions), int(seed)
    settings = load_settings(config)
    hash = world_hash(settings, impressions, seed)
    path = Path(folder).expanduser().absolute()
    if (path / "store.json").exists():
        return _opened(path, hash)
    origin = {"kind": "simulation", "config": Path(config).stem, "impressions": impressions, "seed": seed, "hash": hash}
    store = create_store(path, origin=origin)
    _declare(store, settings)
    log = simulate(settings, impressions, seed, on_progress=on_progress)
    started = time.monotonic()

    def told(done: int) -> None:
        on_progress(Progress("writing the store", done, impressions, "impressions", time.monotonic() - started))

    told(0)
    key = read_key(store.lineage_id)
    tables = log_tables(log, pl.Series([key.pseudonym(name) for name in log.users.names]))
    write_truth(truth_folder(path), log, impression_ids(log), hash=hash)
    told(impressions // 3)
    store = store.write(tables, source="demo", pseudonymised=True)
    told(impressions)
    return store


def log_tables(log: SimulatedLog, pseudonyms: pl.Series) -> dict[str, pl.DataFrame | pa.Table]:
    """Make the store's tables of a log.

    Args:
        log: The log.
        pseudonyms: Pseudonyms of its users, in order.

    Returns:
        Rows by canonical table.
    """
    ids, outcomes = impression_ids(log), log.outcomes
    behaviour = {} if log.behaviour is None else {"behaviour": behaviour_table(log.behaviour, log.settings, pseudonyms)}
    return {
        **catalogue_tables(log.catalogue, log.settings, len(log)),
        "users": users_table(log.users, log.settings, log.seed, pseudonyms),
        "impressions": _impressions(log, ids, pseudonyms),
        "clicks": pl.DataFrame({"impression_id": ids.gather(outcomes.clicked), "ts": _time(outcomes.click_ts)}),
        "conversions": pl.DataFrame(
            {
                "impression_id": ids.gather(outcomes.ordered),
                "ts": _time(outcomes.order_ts),
                "revenue_micros": outcomes.revenue_micros,
                "kind": pl.repeat("order", len(outcomes.ordered), dtype=pl.String, eager=True),
            }
        ),
        **behaviour,
    }


def impression_ids(log: SimulatedLog) -> pl.Series:
    """Name the impressions of a log, in order of time."""
    digits = max(6, len(str(len(log))))
    return "imp-" + pl.arange(1, len(log) + 1, eager=True).cast(pl.String).str.zfill(digits)


def _impressions(log: SimulatedLog, ids: pl.Series, pseudonyms: pl.Series) -> pl.DataFrame:
    settings, catalogue, requests, choices = log.settings, log.catalogue, log.requests, log.choices
    context = settings.context
    campaigns = [f"cmp-{number + 1:02d}" for number in range(len(settings.campaigns))]
    ads = [f"ad-{number + 1:03d}" for number in range(len(catalogue.price))]
    creatives = [f"cr-{number + 1:04d}" for number in range(len(catalogue.benefit))]
    positions = np.array([int(position) for position in context.position], dtype=np.int32)
    return pl.DataFrame(
        {
            "impression_id": ids,
            "ts": _time(requests.ts),
            "user_id": pseudonyms.gather(requests.user),
            "ad_id": _labels(ads, log.ad),
            "creative_id": _labels(creatives, choices.creative),
            "campaign_id": _labels(campaigns, catalogue.campaign[log.ad]),
            "position": positions[requests.position],
            "placement": _labels(list(context.placement), requests.placement),
            "device": _labels(list(context.device), requests.device),
            "geo": _labels(list(settings.users.towns), requests.town),
            "policy": _labels(list(POLICIES), choices.uniform),
            "arm": _labels(["A", "B"], log.scene.arm),
            "aa_arm": _labels(["A1", "A2"], log.users.aa_arm[requests.user]),
            "propensity": choices.propensity,
            "cost_micros": log.outcomes.cost_micros,
        }
    )


def _opened(path: Path, hash: str) -> Store:
    store = open_store(path)
    if store.origin.get("hash") != hash:
        made = {name: store.origin[name] for name in ("config", "impressions", "seed") if name in store.origin}
        what = ", ".join(f"{name}={value!r}" for name, value in made.items()) or "other data"
        raise StoreError(
            f"{path} already holds a store of {what}: open it with wb.open, or give another folder for this demo"
        )
    if store.version == 0:
        raise StoreError(f"{path} holds a demo that was interrupted while it was made: remove the folder and try again")
    truth(store)
    return store


def _declare(store: Store, settings: Settings) -> None:
    """Declare what everyone may know, from the settings alone and before any data is there."""
    calendar, context = settings.calendar, settings.context
    days = [calendar.first_day + timedelta(days=day) for day in range(calendar.days)]
    for name, column, values in (
        ("campaigns", "campaign_id", [f"cmp-{number + 1:02d}" for number in range(len(settings.campaigns))]),
        ("calendar", "day", days),
        ("devices", "device", list(context.device)),
        ("placements", "placement", list(context.placement)),
        ("positions", "position", [int(position) for position in context.position]),
        ("arms", "arm", ["A", "B"]),
        ("aa_arms", "aa_arm", ["A1", "A2"]),
        ("categories", "category", list(settings.category_names)),
        ("interests", "interest", list(settings.category_names)),
    ):
        store.declare(name, column, values)


def _labels(labels: list[str], indices: NDArray[np.integer] | NDArray[np.bool_]) -> pl.Series:
    return pl.Series(labels, dtype=pl.String).gather(indices.astype(np.uint32))


def _time(microseconds: NDArray[np.int64]) -> pl.Series:
    return pl.Series(microseconds).cast(pl.Datetime("us"))
