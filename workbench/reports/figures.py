"""`wb.chart`: every result's picture, chosen by the kind of result."""

from collections.abc import Callable
from functools import partial
from importlib import import_module

from workbench.errors import InputError
from workbench.reports.figure import Figure

__all__ = ["chart"]

# Named by text: importing the rooms of all kinds of result to draw one of them would load torch for a bar chart.
_DRAWN_BY: dict[str, tuple[str, str]] = {
    "workbench.evaluation.performance.Performance": ("workbench.reports.effect_figures", "performance"),
    "workbench.evaluation.contrasts.Comparison": ("workbench.reports.effect_figures", "comparison"),
    "workbench.explanation.attribution.Attribution": ("workbench.reports.model_figures", "importance"),
    "workbench.explanation.attribution.Decision": ("workbench.reports.model_figures", "decision"),
    "workbench.explanation.overview.Overview": ("workbench.reports.model_figures", "importance"),
    "workbench.models.metrics.Metrics": ("workbench.reports.model_figures", "reliability"),
    "workbench.privacy.release.Release": ("workbench.reports.release_figures", "release"),
}


def chart(result: object, measure: str | None = None) -> Figure:
    """Draw a result: estimates with their intervals, never bare points.

    A chart holds aggregates only, needs no script and no network, and keeps the table behind it.

    Args:
        result: What `summarise`, `compare`, `explain` or a release returned, one decision of an attribution, or a
            run's metrics.
        measure: Which figure to draw where the result has several, for example `ctr`; the first by default.

    Returns:
        The figure; it shows itself in a notebook and in a report.

    Raises:
        InputError: If there is no chart for this kind of result.
        UnknownNameError: If the result has no such measure.
    """
    for kind in type(result).__mro__:
        module, name = _DRAWN_BY.get(f"{kind.__module__}.{kind.__qualname__}", ("", ""))
        if module:
            draw: Callable[..., Figure] = getattr(import_module(module), name)
            return (draw if measure is None else partial(draw, measure=measure))(result)
    raise InputError(
        f"result is of type {type(result).__name__}, must be a performance, a comparison, an attribution, a decision, "
        "metrics or a release: give what summarise, compare, explain or release returned"
    )
