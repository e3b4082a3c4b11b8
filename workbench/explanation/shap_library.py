"""The one place where shap is imported: it takes a second, and warns about its own dependencies when it is."""

import warnings
from importlib import import_module
from typing import Any

__all__ = ["load_shap"]


def load_shap() -> Any:  # noqa: ANN401 - shap has no types
    """Import shap without the deprecation warnings that its own use of matplotlib raises.

    Returns:
        The module.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("shap")
