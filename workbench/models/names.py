"""The range of models: their names and what each is for, apart from the models: naming them imports no torch."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from workbench.display import html_block, html_table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ABOUT", "DEVICES", "MODELS", "NETWORKS", "About", "Presets", "presets"]


@dataclass(frozen=True)
class About:
    """What a model is, and what it is for.

    Attributes:
        summary: What it is, in a line for a run's card.
        use: What it is for, in a line for whoever chooses.
    """

    summary: str
    use: str


ABOUT: dict[str, About] = {
    "dcnv2": About(
        "deep & cross network v2, cross layers beside deep layers (Wang et al. 2021)",
        "The first to try: finds which fields matter together, whatever the log.",
    ),
    "lr": About(
        "logistic regression: every field adds its own term, nothing interacts",
        "What fields say one by one; the simplest to read and to defend.",
    ),
    "fm": About(
        "factorization machine: a term for every field and for every pair (Rendle 2010)",
        "Pairs of fields with many values, and nothing beyond pairs.",
    ),
    "widedeep": About(
        "wide & deep: a term for every field beside deep layers (Cheng et al. 2016)",
        "A plain network that keeps each value's own weight.",
    ),
    "deepfm": About(
        "DeepFM: a factorization machine beside deep layers over the same vectors (Guo et al. 2017)",
        "The field's usual yardstick: pairs of fields, and what lies beyond pairs.",
    ),
    "finalmlp": About(
        "FinalMLP: two gated deep networks and the products of what they find (Mao et al. 2023)",
        "Another way of finding what matters together; slower than dcnv2.",
    ),
    "tabm": About(
        "TabM: eight deep networks that share their layers (Gorishniy et al. 2025)",
        "The mean of eight networks, at several times the cost of one.",
    ),
    "lightgbm": About(
        "gradient-boosted trees (LightGBM)",
        "The yardstick of every network; often best where fields are numbers and rows are few.",
    ),
}
"""Every model there is; networks are built as `workbench.models.presets` says."""

MODELS = tuple(ABOUT)
"""Every model's name."""

NETWORKS = tuple(name for name in MODELS if name != "lightgbm")
"""Models that torch trains."""

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Where a network may be trained; `auto` takes the best there is."""


@dataclass(frozen=True)
class Presets:
    """The range of models, as `wb.presets()` shows it.

    Attributes:
        about: What each is, by the name `wb.fit` takes.
    """

    about: dict[str, About]

    def to_polars(self) -> "pl.DataFrame":
        """One row a model: `model`, `summary`, `use`."""
        import polars as pl

        return pl.DataFrame([{"model": name, **asdict(one)} for name, one in self.about.items()])

    def _repr_html_(self) -> str:
        rows = [[name, one.use, one.summary] for name, one in self.about.items()]
        table = html_table(["model", "what it is for", "what it is"], rows)
        return html_block(f"{len(rows)} models", table, note="wb.fit(store, NAME) trains one.")


def presets() -> Presets:
    """Say which models there are and what each is for.

    Returns:
        The range, shown as a table in a notebook.

    Example:
        >>> presets().to_polars()["model"].to_list()[:3]
        ['dcnv2', 'lr', 'fm']
    """
    return Presets(ABOUT)
