"""Paths that come from the browser: under the server's root folder, or refused."""

from pathlib import Path, PurePosixPath

from workbench.errors import InputError

__all__ = ["confined", "seen_from"]

_LONGEST = 1_000


def confined(root: Path, path: str) -> Path:
    """Find a folder by its path under the root.

    Args:
        root: The server's root folder, resolved.
        path: The path with `/` between names, relative to the root; `.` is the root itself.

    Returns:
        The folder's resolved path; whether it exists is not looked at.

    Raises:
        InputError: If the path is absolute, leads out of the root (also by a link), into a hidden folder, or is none.

    Example:
        >>> confined(Path("/campaigns"), "../elsewhere")
        Traceback (most recent call last):
        workbench.errors.InputError: store must be a path under the server's folder, as api/stores gives it
    """
    parts = PurePosixPath(path).parts
    if not path or len(path) > _LONGEST or "\\" in path or not path.isprintable() or path.startswith("/"):
        raise _refused()
    if any(part.startswith(".") for part in parts):
        raise _refused()
    try:
        found = (root / path).resolve()
        inside = found.relative_to(root).parts
    except (OSError, ValueError, RuntimeError):  # another disk, a loop of links, text that no path can hold
        raise _refused() from None
    if any(part.startswith(".") for part in inside):
        raise _refused()
    return found


def seen_from(root: Path, text: str) -> str:
    """Write the paths in a text as the browser knows them, relative to the root.

    Example:
        >>> seen_from(Path("/campaigns"), "/campaigns/shop/store.json is damaged")
        'shop/store.json is damaged'
    """
    return text.replace(f"{root}/", "").replace(f"{root}\\", "")


def _refused() -> InputError:
    return InputError("store must be a path under the server's folder, as api/stores gives it")
