"""The condition's parser: against DuckDB's reading of the same text, and against what it must refuse."""

from datetime import date, datetime

import duckdb
import numpy as np
import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.privacy.where import parse_where

KINDS = {
    "device": "VARCHAR",
    "hour": "INTEGER",
    "day": "DATE",
    "ts": "TIMESTAMP",
    "propensity": "DOUBLE",
    "seen": "BOOLEAN",
    "order": "BIGINT",
    "odd name": "VARCHAR",
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("hour between 8 and 10", "hour >= 8 AND 10 >= hour"),
        ("NOT (hour < 8 OR device = 'tv')", "device != 'tv' and hour >= 8"),
        ("device IN ('tv', 'phone', 'tv')", "device in ('phone','tv')"),
        ("device NOT IN ('tv')", "device <> 'tv'"),
        ("hour NOT BETWEEN 3 AND 4", "(hour > 4) OR (hour < 3)"),
        ("day = '2026-03-02'", "\"day\" = DATE '2026-03-02'"),
        ("propensity > 0.50", "0.5 < PROPENSITY"),
        ("NOT seen IS NULL", "seen IS NOT NULL"),
        ("propensity >= -0.0", "propensity >= 0"),
    ],
)
def test_texts_that_mean_the_same_are_one_question(first: str, second: str) -> None:
    assert parse_where(first, KINDS) == parse_where(second, KINDS)


@pytest.mark.parametrize(
    ("text", "construct"),
    [
        ("device = 'a'; DROP TABLE impressions", "a second statement"),
        ("device IN (SELECT device FROM users)", "a subquery"),
        ("EXISTS (SELECT 1)", "a subquery"),
        ("lower(device) = 'a'", "a function call"),
        ("hour = error('x')", "a function call"),
        ("hour + 1 = 3", "arithmetic"),
        ("hour = 1 / 0", "arithmetic"),
        ("hour - 1 = 3", "arithmetic"),
        ("hour % 2 = 0", "arithmetic"),
        ("CAST(device AS INTEGER) = 1", "a cast"),
        ("device::INT = 1", "a cast"),
        ("device LIKE 'p%'", "pattern matching"),
        ("CASE WHEN hour = 1 THEN TRUE END", "CASE"),
        ("device = 'a' -- rest", "a comment"),
        ("device = 'a' /* rest */", "a comment"),
        ("device = 'a' || 'b'", "joining text"),
        ("hour = ?", "a parameter"),
        ("hour = $1", "a parameter"),
        ("i.hour = 1", "a qualified name"),
        ("hour = [1][1]", "a list"),
        ("hour == 1", "write ="),
        ("device = 'a", "not closed"),
        ("hour = 1 ORDER BY hour", "a clause outside"),
        ("hour = hour", "a comparison of two columns"),
        ("row_number() OVER () = 1", "a function call"),
        ("hour = 1 LIMIT 3", "a clause outside"),
    ],
)
def test_anything_beyond_the_grammar_is_refused_by_name(text: str, construct: str) -> None:
    with pytest.raises(InputError, match=construct) as caught:
        parse_where(text, KINDS)
    assert "where takes comparisons" in str(caught.value) or "write =" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "where is empty"),
        ("device = '\ud800'", "half a character"),
        (3, "where must be text"),
        ("hour =", "ends too early"),
        ("(hour = 1", "ends too early"),
        ("hour = 1)", "does not belong"),
        ("hour 1", "expected a comparison"),
        ("hour = 'eight'", "write a whole number"),
        ("hour = 8.5", "write a whole number"),
        ("hour = 99999999999999999999", "write a whole number"),
        ("device = 3", "write text in single quotes"),
        ("day = 'monday'", "write a day such as"),
        ("ts < '2026-03-02T00:00:00+08:00'", "write a time in UTC"),
        ("seen = 1", "write TRUE or FALSE"),
        ("seen > TRUE", "does not order"),
        ("hour = NULL", "write hour IS NULL"),
        ("1 = 2", "expected a column"),
        ("(" * 50 + "hour = 1" + ")" * 50, "nested more than 40 deep"),
        ("hour = 1 OR " * 1000 + "hour = 1", "must be at most 10,000"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_where(text, KINDS)


def test_an_unknown_column_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'device'"):
        parse_where("devcie = 'phone'", KINDS)


def test_values_have_the_type_of_their_column() -> None:
    for text, value in (
        ("day = '2026-03-02'", date(2026, 3, 2)),
        ("ts = '2026-03-02 08:00:00'", datetime(2026, 3, 2, 8)),  # UTC without a zone
        ("propensity = 1", 1.0),
        ("hour = -1", -1),
        ("device = 'it''s'", "it's"),
        ("\"odd name\" = 'x'", "x"),
        ("order = 1", 1),
    ):
        (got,) = parse_where(text, KINDS).sql()[1]
        assert got == value
        assert type(got) is type(value)


def random_text(draw: np.random.Generator, depth: int = 0) -> str:
    """A condition in the grammar, with spaces, brackets and NOT thrown in."""
    shape = draw.integers(0, 9) if depth < 4 else draw.integers(0, 6)
    whole = int(draw.integers(0, 4))
    word = draw.choice(["'a'", "'b'", "'it''s'"])
    if shape < 3:
        return f"hour {draw.choice(['=', '<>', '!=', '<', '<=', '>', '>='])} {whole}"
    if shape == 3:
        return f"{whole} {draw.choice(['=', '<', '>='])} hour"
    if shape == 4:
        return f"device {draw.choice(['', 'NOT '])}IN ({word}, {draw.choice(['1', 'x']).join(chr(39) * 2)})"
    if shape == 5:
        return f"{draw.choice(['device', 'hour'])} IS {draw.choice(['', 'not '])}NULL"
    if shape == 6:
        return f"hour {draw.choice(['', 'NOT '])}BETWEEN {whole} AND {int(draw.integers(0, 4))}"
    parts = [random_text(draw, depth + 1) for _ in range(draw.integers(2, 4))]
    joined = f" {draw.choice(['AND', 'or'])} ".join(parts)
    return f"NOT ({joined})" if shape == 7 else f"({joined})"


def test_conditions_keep_the_rows_that_duckdb_keeps() -> None:
    draw = np.random.default_rng(3)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE t (id INTEGER, hour INTEGER, device VARCHAR)")
        values = [(h, d) for h in (None, 0, 1, 2, 3) for d in (None, "a", "b", "it's", "1")]
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", [(at, *row) for at, row in enumerate(values)])
        for _ in range(400):
            text = random_text(draw)
            sql, parameters = parse_where(text, KINDS).sql()
            ours = db.execute(f"SELECT id FROM t WHERE {sql} ORDER BY id", list(parameters)).fetchall()
            assert ours == db.execute(f"SELECT id FROM t WHERE {text} ORDER BY id").fetchall(), text


def test_the_canonical_text_reads_back_as_itself() -> None:
    draw = np.random.default_rng(4)
    for _ in range(200):
        predicate = parse_where(random_text(draw), KINDS)
        assert parse_where(str(predicate), KINDS) == predicate
