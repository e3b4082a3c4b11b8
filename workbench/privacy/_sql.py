"""Writing names into SQL."""

__all__ = ["quoted"]


def quoted(name: str) -> str:
    """Write a name as an SQL identifier.

    Example:
        >>> quoted('order')
        '"order"'
    """
    return '"' + name.replace('"', '""') + '"'
