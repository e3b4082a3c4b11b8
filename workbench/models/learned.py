"""A trained model of either kind, network or trees, behind one face: logits, save, load."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save

from workbench.features.vocabulary import Encoded, Vocabulary
from workbench.models.boosting import Trees
from workbench.models.embedded import to_batch
from workbench.models.embedding import Shape
from workbench.models.network import Network
from workbench.models.presets import build_network
from workbench.models.training import network_logits

__all__ = ["Learned", "Net", "load_learned", "shape_of"]

FILE = "model.safetensors"


class Learned(Protocol):
    """What a run needs of a trained model."""

    def logits(self, encoded: Encoded) -> NDArray[np.float64]:
        """Find the uncalibrated logits, `[rows]`."""

    def save(self, folder: Path) -> None:
        """Write the model into a run's folder."""


@dataclass(frozen=True)
class Net:
    """A trained network, on the CPU.

    Attributes:
        network: The network, in evaluation mode.
    """

    network: Network

    def logits(self, encoded: Encoded) -> NDArray[np.float64]:
        """Find the uncalibrated logits, `[rows]`."""
        return network_logits(self.network, to_batch(encoded))

    def save(self, folder: Path) -> None:
        """Write the weights into a run's folder."""
        weights = {name: value.contiguous() for name, value in self.network.state_dict().items()}
        (folder / FILE).write_bytes(save(weights))  # Its own writing says of a full disk only that something failed.


def shape_of(vocabulary: Vocabulary) -> Shape:
    """Say what a network must know of a vocabulary's fields."""
    return Shape(vocabulary.sizes, len(vocabulary.spec.of_kind("numeric")), vocabulary.order)


def load_learned(model: str, folder: Path, vocabulary: Vocabulary) -> Learned:
    """Read a trained model from a run's folder.

    Args:
        model: Name of the model.
        folder: The run's folder.
        vocabulary: The run's vocabulary.

    Returns:
        The model.

    Raises:
        Exception: Whatever the library raises on a damaged file; `open_run` says so in our words.
    """
    if model == "lightgbm":
        return Trees.load(folder, vocabulary)
    network = build_network(model, shape_of(vocabulary))
    network.load_state_dict(load_file(str(folder / FILE)))
    network.eval()
    return Net(network)
