"""How good could any model be on the logs of `training_peers.py`?

    python benchmarks/ctr_log.py [--kinds half four] [--seed 1] [--rows 1000000] [--out FOLDER]

Writes, where a folder is named, click logs whose true probabilities are known: a label, 20 text columns of Zipf
frequencies and 10 numbers. `half` holds about half a million different ids, `four` more than four million. The last
tenth of a log is for testing. One Markdown row a log: the log loss and AUC that the true probabilities reach there.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score

SMALL = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
BIG = {
    "half": (20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 90_000, 100_000, 100_000),
    "four": (800_000,) * 10,
}
# Exponents of the frequencies. The flat one makes most of a million rows of a big column meet an id of their own.
STEEP, FLAT = 1.05, 0.6
PAIRED = 6
NUMBERS = 10


@dataclass(frozen=True)
class Truth:
    """What is known of a log.

    Attributes:
        rows: Rows in all; the last tenth is for testing.
        ids: Different values of the 20 text columns together.
        rate: Share of clicks.
        log_loss: Log loss of the true probabilities on the last tenth; no model does better but by chance.
        auc: AUC of the true probabilities there.
    """

    rows: int
    ids: int
    rate: float
    log_loss: float
    auc: float


def zipf(rng: np.random.Generator, values: int, exponent: float, rows: int) -> NDArray[np.int64]:
    """Draw value numbers whose frequency falls with rank; a value's number does not tell its rank."""
    weights = np.arange(1, values + 1) ** -exponent
    ranks = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(rows)).clip(max=values - 1)
    numbers: NDArray[np.int64] = rng.permutation(values)[ranks]
    return numbers


def draw(kind: str, rows: int, seed: int) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """Draw a log and the true probability of a click in each of its rows.

    The log-odds are a sum over ids, over pairs of the six smallest columns (scalar products of four hidden traits) and
    over the numbers.
    """
    rng = np.random.default_rng(seed)
    logit = np.full(rows, -2.1)
    columns: dict[str, pl.Series] = {}
    traits: list[NDArray[np.float64]] = []
    for at, values in enumerate(SMALL + BIG[kind]):
        ids = zipf(rng, values, STEEP if kind == "half" or at < len(SMALL) else FLAT, rows)
        logit += rng.normal(0, 0.35, values)[ids]
        if at < PAIRED:
            traits.append(rng.normal(0, 0.5, (values, 4))[ids])
        columns[f"c{at}"] = f"c{at}_" + pl.Series(ids).cast(pl.String)
    for left, right in zip(traits[::2], traits[1::2], strict=True):
        logit += (left * right).sum(axis=1)
    for at in range(NUMBERS):
        number = rng.normal(size=rows).round(4)
        logit += 0.1 * (at % 3) * number
        columns[f"n{at}"] = pl.Series(number)
    chance = 1 / (1 + np.exp(-logit))
    clicks = (rng.random(rows) < chance).astype(np.int8)
    return pl.DataFrame({"label": clicks, **columns}), chance


def truth_of(log: pl.DataFrame, chance: NDArray[np.float64]) -> Truth:
    """Say what the true probabilities reach on the last tenth."""
    test = slice(log.height - log.height // 10, None)
    clicks = log["label"].to_numpy()
    ids = sum(log[name].n_unique() for name in log.columns if name.startswith("c"))
    return Truth(
        rows=log.height,
        ids=ids,
        rate=float(clicks.mean()),
        log_loss=float(log_loss(clicks[test], chance[test])),
        auc=float(roc_auc_score(clicks[test], chance[test])),
    )


def main() -> None:
    """Print the table, and write the logs where a folder is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=sorted(BIG), default=["half", "four"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    print("| log, seed | rows | ids | share of clicks | least log loss | greatest AUC |\n|---|---|---|---|---|---|")
    for kind in given.kinds:
        log, chance = draw(kind, given.rows, given.seed)
        truth = truth_of(log, chance)
        print(
            f"| {kind}, {given.seed} | {truth.rows:,} | {truth.ids:,} | {truth.rate:.3f} "
            f"| {truth.log_loss:.4f} | {truth.auc:.4f} |",
            flush=True,
        )
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            name = given.out / f"{kind}-{given.rows}-{given.seed}"
            log.write_csv(name.with_suffix(".csv"))
            # The truth is written last: where it lies, the log is whole.
            name.with_suffix(".json").write_text(json.dumps(asdict(truth)))


if __name__ == "__main__":
    main()
