"""Column types: what DuckDB reads, and what a Delta table can keep."""

import re

__all__ = ["storable"]

_KEPT_AS = {
    '"NULL"': "VARCHAR",
    "BIGNUM": "VARCHAR",
    "BIT": "VARCHAR",
    "HUGEINT": "DECIMAL(38,0)",
    "INTERVAL": "VARCHAR",
    "JSON": "VARCHAR",
    "TIME": "VARCHAR",
    "TIME WITH TIME ZONE": "VARCHAR",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
    "TIMESTAMP_S": "TIMESTAMP",
    "UBIGINT": "DECIMAL(20,0)",
    "UHUGEINT": "DECIMAL(38,0)",
    "UINTEGER": "BIGINT",
    "USMALLINT": "INTEGER",
    "UTINYINT": "SMALLINT",
    "UUID": "VARCHAR",
}


def storable(type: str) -> str:
    """Find the type under which a Delta table keeps a further column.

    Delta has no unsigned numbers, no enumerations and no times of day. Numbers keep every digit: an id that is a large
    number must never become a float.

    Args:
        type: DuckDB's name of the type.

    Returns:
        DuckDB's name of the kept type.

    Example:
        >>> storable("UBIGINT"), storable("DOUBLE"), storable("ENUM('a', 'b')")
        ('DECIMAL(20,0)', 'DOUBLE', 'VARCHAR')
    """
    if type.startswith("ENUM("):
        return "VARCHAR"
    if type.endswith("[]"):
        return storable(type[:-2]) + "[]"
    array = re.fullmatch(r"(.+)\[\d+\]", type)
    return storable(array[1]) + "[]" if array else _KEPT_AS.get(type, type)
