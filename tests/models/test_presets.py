"""Every preset builds over any fields, numeric alone and categorical alone."""

import pytest

from workbench.models.embedding import Shape
from workbench.models.interactions import (
    CrossLayers,
    DeepLayers,
    FieldPairs,
    FieldSum,
    MemberLayers,
    TwoStreams,
)
from workbench.models.names import MODELS, NETWORKS
from workbench.models.presets import PRESETS, build_network


@pytest.mark.parametrize("model", PRESETS)
@pytest.mark.parametrize("shape", [Shape((4, 9), 0, (0, 1)), Shape((), 3, (0, 1, 2)), Shape((4,), 1, (1, 0))])
def test_a_preset_builds_over_any_fields(model: str, shape: Shape) -> None:
    network = build_network(model, shape, tasks=3)
    assert network.head.bias.shape[-1] == 3
    assert network.embedding.table.shape[0] == max(1, sum(shape.sizes))


def test_the_presets_are_what_their_names_say() -> None:
    shape = Shape((4, 9), 1, (0, 1, 2))
    kinds = {model: [type(part) for part in build_network(model, shape).interactions] for model in PRESETS}
    assert kinds == {
        "dcnv2": [CrossLayers, DeepLayers],
        "lr": [FieldSum],
        "fm": [FieldPairs],
        "widedeep": [DeepLayers],
        "deepfm": [FieldPairs, DeepLayers],
        "finalmlp": [TwoStreams],
        "tabm": [MemberLayers],
    }
    assert set(MODELS) == {*kinds, "lightgbm"}
    assert PRESETS["lr"].dim == 1, "longer vectors would let it learn what logistic regression cannot"


def test_every_network_is_named_and_every_name_is_built() -> None:
    assert tuple(PRESETS) == NETWORKS
