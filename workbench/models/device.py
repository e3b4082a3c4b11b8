"""The one place where it is decided on which device a network runs."""

import torch

from workbench.checks import check_name
from workbench.errors import MissingPartError

__all__ = ["choose_device"]


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
