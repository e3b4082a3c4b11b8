"""Batches are cut without losing their three parts, and share memory with the arrays they come from."""

import numpy as np
import torch

from workbench.features.vocabulary import Encoded
from workbench.models.embedded import to_batch


def test_a_batch_is_the_arrays_and_is_cut_as_one() -> None:
    encoded = Encoded(
        np.arange(8, dtype=np.int32).reshape(4, 2), np.ones((4, 1), dtype=np.float32), np.eye(4, 1, dtype=np.bool_)
    )
    batch = to_batch(encoded)
    assert batch.categorical.dtype == torch.int32, "ids are never floats"
    assert batch.categorical.data_ptr() == encoded.categorical.ctypes.data
    taken = batch.take(torch.tensor([2, 0]))
    assert taken.categorical.tolist() == [[4, 5], [0, 1]]
    assert taken.missing.tolist() == [[False], [True]]
    assert len(batch.take(slice(1, 3)).to(torch.device("cpu"))) == 2
