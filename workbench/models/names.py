"""Names of the models, apart from the models: naming them imports no torch."""

__all__ = ["DEVICES", "MODELS", "NETWORKS"]

NETWORKS = ("dcnv2", "lr")
"""Models that torch trains; `workbench.models.presets` says how they are built."""

MODELS = (*NETWORKS, "lightgbm")
"""Every model there is."""

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Where a network may be trained; `auto` takes the best there is."""
