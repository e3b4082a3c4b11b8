"""The one place where it is decided on which device a network runs, and on how many of the processor's cores."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from workbench.checks import check_name
from workbench.errors import MissingPartError

__all__ = ["choose_device", "steady_threads"]


def choose_device(name: str = "auto") -> torch.device:
    """Choose the device.

    Args:
        name: `auto` takes an NVIDIA or AMD card (`cuda`) where there is one, then Apple's (`mps`), else `cpu`.

    Returns:
        The device.

    Raises:
        UnknownNameError: If there is no such name.
        MissingPartError: If the device is asked for by name and is not here.

    Example:
        >>> choose_device("cpu")
        device(type='cpu')
    """
    check_name(name, ["auto", "cpu", "cuda", "mps"], name="device")
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, found in here.items() if found))
    if not here[name]:
        raise MissingPartError(f"device == {name!r}, must be one this machine has: use 'auto', or 'cpu'")
    return torch.device(name)


@contextmanager
def steady_threads() -> Iterator[int]:
    """Compute on half of the cores, and never on more threads than torch was given.

    The steps of a click model are so short that threads spend them waiting for one another: where another program
    takes one of two cores, two threads are many times slower than one, and alone they gain a fifth. The number of
    threads also decides how sums are rounded, so a run can be repeated to the bit where the cores are as many.

    Yields:
        The number of threads.
    """
    given = torch.get_num_threads()
    steady = max(1, min(given, (os.cpu_count() or 1) // 2))
    torch.set_num_threads(steady)
    try:
        yield steady
    finally:
        torch.set_num_threads(given)
