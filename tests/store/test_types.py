"""Types a Delta table can keep."""

import pytest

from workbench.store._types import storable


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("BIGINT", "BIGINT"),
        ("UINTEGER", "BIGINT"),
        ("UBIGINT", "DECIMAL(20,0)"),
        ("HUGEINT", "DECIMAL(38,0)"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"),
        ("ENUM('a', 'b')", "VARCHAR"),
        ("UTINYINT[]", "SMALLINT[]"),
        ("FLOAT[64]", "FLOAT[]"),
        ("TIME", "VARCHAR"),
        ('"NULL"', "VARCHAR"),
        ("STRUCT(a INTEGER)", "STRUCT(a INTEGER)"),
    ],
)
def test_no_digit_is_lost(given: str, kept: str) -> None:
    assert storable(given) == kept
