"""Where the files that ship with the package lie: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

__all__ = ["shipped"]


def shipped(*parts: str) -> Path:
    """Find a file or folder that ships with the workbench.

    Args:
        parts: Path below the project's root, for example `("data", "sources")`.

    Returns:
        Its path, in an editable install and in a wheel alike.

    Example:
        >>> shipped("data", "policy.toml").name
        'policy.toml'
    """
    package = Path(__file__).parent
    wheel = package / "_shipped"
    return (wheel if wheel.is_dir() else package.parent).joinpath(*parts)
