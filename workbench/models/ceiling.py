"""The observable ceiling of a simulated platform: probabilities that bound what any model of the logged columns knows.

A simulator knows every cause. Averaged over the causes the log does not show, its probabilities are the best any model
could say. They lie beside the store, never in it, as plain Parquet: `<store folder>.truth/impressions.parquet` with
the columns `impression_id` and `p_click_observable`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.store.store import Store

__all__ = ["ceiling_logits"]

_COLUMNS = {"click": "p_click_observable"}


def ceiling_logits(store: Store, target: str, ids: Sequence[str] | pl.Series) -> NDArray[np.float64] | None:
    """Read the ceiling's logits for some impressions.

    Args:
        store: The store.
        target: What is foreseen; the ceiling is known for `click`.
        ids: Impressions.

    Returns:
        Logits in the order of the ids, `[ids]`; None where the store is not a simulated platform, its truth is not
        beside it, or does not know all of the impressions.
    """
    column, file = _COLUMNS.get(target), _truth_file(store)
    if store.origin.get("kind") != "simulation" or column is None or not file.is_file():
        return None
    wanted = pl.DataFrame({"impression_id": ids}, schema={"impression_id": pl.String}).lazy()
    truth = pl.scan_parquet(file, glob=False).select("impression_id", chance=column)
    found = wanted.join(truth, on="impression_id", how="left", maintain_order="left").collect()["chance"]
    if found.null_count():
        return None
    chance = found.to_numpy()
    return np.asarray(np.log(chance) - np.log1p(-chance))


def _truth_file(store: Store) -> Path:
    return store.folder.with_name(store.folder.name + ".truth") / "impressions.parquet"
