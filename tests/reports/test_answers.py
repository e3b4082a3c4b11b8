"""Answers in words follow from the figures: what is not sure is said to be not sure."""

from dataclasses import replace

import pytest

from workbench.errors import InputError
from workbench.evaluation.comparison import compare
from workbench.evaluation.performance import summarise
from workbench.privacy.release import Figure, Release
from workbench.reports.answers import answer
from workbench.reports.figure import RELEASE_MIME
from workbench.reports.release_answers import release as say
from workbench.store.store import Store


def test_totals_are_told(shop: Store) -> None:
    text = answer(summarise(shop, by=())).text
    assert text.startswith("6,000 impressions to ")
    assert "a CTR of " in text
    assert "CNY" in text


def test_overlapping_campaigns_are_not_ranked(shop: Store) -> None:
    assert "chance alone could make this order" in answer(summarise(shop, by="campaign_id")).text


def test_a_clear_leader_is_named(shop: Store) -> None:
    found = summarise(shop, by="campaign_id")
    first, *rest = found.segments
    estimate = first.estimates["ctr"]
    clear = replace(first, estimates={**first.estimates, "ctr": replace(estimate, value=0.5, low=0.4, high=0.6)})
    text = answer(replace(found, segments=(clear, *rest))).text
    assert text.startswith(f"{first.keys[0]} has the highest CTR, 50.00% (40.00% to 60.00%)")


def test_only_sure_lifts_are_called_moves(shop: Store) -> None:
    found = compare(shop, metrics=["ctr", "cvr"])
    ctr, cvr = found.contrasts
    sure = replace(ctr, p_adjusted=0.001, lift=replace(ctr.lift, value=0.06, low=0.01, high=0.11))
    unsure = replace(cvr, p_adjusted=0.4, lift=replace(cvr.lift, value=0.02, low=-0.05, high=0.09))
    both = replace(found, contrasts=(sure, unsure))
    assert answer(both).text == (
        "Against A, B moved CTR +6.0% (+1.0% to +11.0%); not sure: CVR +2.0% (−5.0% to +9.0%)."
    )
    assert answer(replace(found, contrasts=(unsure,))).text.startswith("Against A, B moved nothing for sure: CVR +2.0%")


def test_wrong_shares_come_before_any_lift(shop: Store) -> None:
    found = compare(shop, metrics=["ctr"])
    broken = replace(found, sample_ratio=replace(found.sample_ratio, p_value=1e-9))
    assert answer(broken).text.startswith("No lift should be read yet")


def test_a_release_asks_to_be_said_again(release: Release) -> None:
    sentence = answer(release)
    assert sentence._repr_mimebundle_()[RELEASE_MIME] == {"release": release.id, "sentence": True}
    assert "CTR" in sentence.text


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((0.03, 0.05), "the intervals overlap, so it may be the noise"),
        ((0.01, 0.05), "further apart than the noise explains"),
    ],
)
def test_noise_is_not_taken_for_a_difference(
    figures: tuple[float, float], expected: str, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple(
        replace(row, figures={**row.figures, "ctr": Figure(value, value - 0.015, value + 0.015)})
        for row, value in zip(release.rows[:2], figures, strict=True)
    )
    monkeypatch.setitem(release.__dict__, "rows", rows)
    assert expected in say(release).text


def test_what_is_missing_is_said() -> None:
    assert answer(None, otherwise="This log names no arms.").text == "This log names no arms."
    with pytest.raises(InputError, match="result is of type int"):
        answer(3)
