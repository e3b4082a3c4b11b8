"""The answer in words: what a result says, with its interval, for readers without statistics."""

from collections.abc import Callable
from importlib import import_module

from workbench.errors import InputError
from workbench.reports.sentence import Sentence

__all__ = ["answer"]

# Named by text for the same reason as in `workbench.reports.figures`.
_SAID_BY: dict[str, tuple[str, str]] = {
    "workbench.evaluation.performance.Performance": ("workbench.reports.effect_answers", "performance"),
    "workbench.evaluation.contrasts.Comparison": ("workbench.reports.effect_answers", "comparison"),
    "workbench.explanation.attribution.Attribution": ("workbench.reports.model_answers", "importance"),
    "workbench.explanation.overview.Overview": ("workbench.reports.model_answers", "importance"),
    "workbench.models.metrics.Metrics": ("workbench.reports.model_answers", "metrics"),
    "workbench.privacy.release.Release": ("workbench.reports.release_answers", "release"),
}


def answer(result: object | None, otherwise: str = "") -> Sentence:
    """Say what a result means in one or two sentences.

    Args:
        result: What `summarise`, `compare`, `explain` or a release returned, or a run's metrics; None where the log
            cannot tell.
        otherwise: What to say then: what is missing, and what would supply it.

    Returns:
        The sentence; a report shows it large, a cell tagged `answer` puts it on the cover.

    Raises:
        InputError: If there is nothing to say about this kind of result.

    Example:
        >>> print(answer(None, otherwise="This log names no arms."))
        This log names no arms.
    """
    if result is None:
        return Sentence(otherwise)
    for kind in type(result).__mro__:
        module, name = _SAID_BY.get(f"{kind.__module__}.{kind.__qualname__}", ("", ""))
        if module:
            say: Callable[[object], Sentence] = getattr(import_module(module), name)
            return say(result)
    raise InputError(
        f"result is of type {type(result).__name__}, must be a performance, a comparison, an attribution, metrics or a "
        "release: give what summarise, compare, explain or release returned"
    )
