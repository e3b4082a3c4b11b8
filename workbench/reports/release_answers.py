"""What a release says, in words that follow from its figures and their intervals alone."""

from workbench.privacy.release import Release
from workbench.reports._numbers import with_interval
from workbench.reports.marks import Mark
from workbench.reports.release_figures import release_is_ratio, release_mark, release_unit
from workbench.reports.sentence import Sentence

__all__ = ["release"]


def release(result: Release) -> Sentence:
    """Say which cell is highest and which lowest, or that they cannot be told apart.

    A ratio is spoken of where the release has one, else its first measure.
    """
    names = [one.name for one in result.measures]
    chosen = next((name for name in names if release_is_ratio(result, name)), names[0])
    unit = release_unit(result, chosen)
    label = chosen.upper() if len(chosen) <= 4 else chosen.replace("_", " ")
    by = " and ".join(key.removesuffix("_id") for key in result.keys)
    marks = sorted(
        (mark for row in result.rows if (mark := release_mark(row, chosen)).drawable),
        key=lambda mark: mark.value or 0.0,
        reverse=True,
    )
    request = {"release": result.id, "sentence": True}
    if not marks:
        return Sentence(
            f"The noise that protects people leaves nothing to say about {label} by {by or 'total'}.", request
        )
    best, worst = marks[0], marks[-1]
    high, low = (f"{_said(mark, unit)}{f' for {mark.label}' if by else ''}" for mark in (best, worst))
    apart = best.ends[0] > worst.ends[1]
    if len(marks) == 1:
        text = f"{label} is {high}."
    elif len(marks) == 2:
        told = "further apart than the noise explains" if apart else "the intervals overlap, so it may be the noise"
        text = f"{label} is {high} and {low}: {told}."
    elif apart:
        text = f"By {by}, {label} is highest with {high} and lowest with {low}."
    else:
        text = f"By {by}, {label} lies between {low} and {high}; the intervals overlap, so it may be the noise."
    return Sentence(text, request)


def _said(mark: Mark, unit: str) -> str:
    return with_interval(mark.value, mark.low, mark.high, unit)
