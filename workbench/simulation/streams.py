"""Random streams by name: a new cause draws from its own and moves no other."""

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, name: str) -> np.random.Generator:
    """Open the random stream of one cause.

    Args:
        seed: Seed of the whole simulation, 0 or more.
        name: What is drawn, for example `users.interest`.

    Returns:
        A generator that depends on the seed and the name alone.

    Example:
        >>> bool(stream(7, "clicks").random() == stream(7, "clicks").random())
        True
    """
    digest = hashlib.sha256(name.encode()).digest()
    words = np.frombuffer(digest, dtype=np.uint32)
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence([seed, *(int(word) for word in words)])))
