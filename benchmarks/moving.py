"""What the moving shop holds for those who look: the worth of the past, clicks against orders, orders that come late.

    python benchmarks/moving.py [--impressions 200000] [--seed 7]

Three Markdown tables. AUC is expected over all clicks that could have happened, so it holds no luck; what is hidden
from all models, taste and arm, is averaged over in every row but the oracle's. Clicks and orders are expected ones,
too, of the impressions that happened, each with the creative of its ad that one chooses.
"""

import argparse
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.simulation.causes import CLICK_CAUSES, ORDER_CAUSES, click_logit, order_logit, sigmoid, terms
from workbench.simulation.ceilings import ranking
from workbench.simulation.configuration import load_settings
from workbench.simulation.log import SimulatedLog, simulate
from workbench.simulation.observable import observable
from workbench.simulation.outcomes import order_delay_hours

Reals = NDArray[np.float64]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impressions", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    log = simulate(load_settings("moving"), asked.impressions, asked.seed)
    print_worth(log)
    print_choices(log)
    print_late(log)


def print_worth(log: SimulatedLog) -> None:
    """Print the AUC with all that can be known, and without one cause's term."""
    rows = {"every probability (oracle)": log.p_click, "all that is logged (observable)": log.p_click_observable}
    for cause, what in (
        ("recency", "no behaviour before the ad"),
        ("fatigue", "no earlier showings"),
        ("drift", "no date"),
    ):
        blind = observable(log.settings, log.scene, log.logit - log.click_terms[cause])
        rows[f"all that is logged, {what}"] = blind
    print(f"| known, of {len(log):,} impressions | expected AUC |")
    print("|---|---|")
    for known, score in rows.items():
        print(f"| {known} | {ranking(score, log.p_click):.4f} |")


def print_choices(log: SimulatedLog) -> None:
    """Print clicks and orders where each ad shows one creative or another."""
    clicks, orders = by_creative(log)
    everyone = np.arange(len(log))
    print("\n| creative shown | clicks per 1,000 impressions | orders per 1,000 impressions |")
    print("|---|---|---|")
    print(f"| any of the ad's, at random | {1000 * clicks.mean():.2f} | {1000 * orders.mean():.3f} |")
    for name, most in (("most clicked", clicks), ("most ordered from", orders)):
        best = most.argmax(axis=0), everyone
        print(f"| {name} | {1000 * clicks[best].mean():.2f} | {1000 * orders[best].mean():.3f} |")


def by_creative(log: SimulatedLog) -> tuple[Reals, Reals]:
    """Chance of a click and of an order with each creative of the ad shown [creatives of an ad, rows]."""
    settings, catalogue = log.settings, log.catalogue
    clicks, orders = [], []
    for place in range(catalogue.per_ad):
        creative = log.ad.astype(np.int64) * catalogue.per_ad + place
        other = replace(log.scene, benefit=catalogue.benefit[creative], badge=catalogue.badge[creative])
        clicks.append(sigmoid(click_logit(settings, terms(settings, other, CLICK_CAUSES))))
        orders.append(clicks[-1] * sigmoid(order_logit(settings, terms(settings, other, ORDER_CAUSES))))
    return np.stack(clicks), np.stack(orders)


def print_late(log: SimulatedLog) -> None:
    """Print which share of the orders a log cut at the end of its calendar would lack."""
    calendar = log.settings.calendar
    left_hours = (calendar.start + calendar.days * 86_400_000_000 - log.requests.ts) / 3.6e9
    late = np.exp(-left_hours / order_delay_hours(log.settings, log.catalogue)[log.ad])
    price, order, day = log.catalogue.price[log.ad], log.p_click * log.p_order, log.scene.day
    last = day >= calendar.days - 2
    print("\n| orders that come after the log's end | of the whole log | of its last two days |")
    print("|---|---|---|")
    for name, rows in (
        ("the cheaper half of the ads", price <= np.median(log.catalogue.price)),
        ("the dearer half of the ads", price > np.median(log.catalogue.price)),
    ):
        of_all, of_last = (np.average(late[chosen], weights=order[chosen]) for chosen in (rows, rows & last))
        print(f"| {name} | {of_all:.1%} | {of_last:.1%} |")


if __name__ == "__main__":
    main()
