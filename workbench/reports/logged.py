"""What a log can tell: whether a column holds anything to compare, so that a template says honestly what is missing."""

from workbench.store.store import Store

__all__ = ["logged"]


def logged(store: Store, column: str, *, table: str = "impressions") -> int:
    """Count the different values a log holds in a column.

    Args:
        store: The campaign tables.
        column: A column, for example `arm`.
        table: The table it is of.

    Returns:
        Number of different values, nulls not counted; 0 where the log has no such table or column.
    """
    if not store.has(table) or column not in store.columns(table):
        return 0
    quoted = column.replace('"', '""')
    with store.connect() as connection:
        found = connection.execute(f'SELECT count(DISTINCT "{quoted}") FROM "{table}"').fetchone()
    return int(found[0]) if found else 0
