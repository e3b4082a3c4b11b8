"""Reading the text of `where(...)` into the closed grammar of `workbench.privacy.predicates`, or refusing it."""

from collections.abc import Mapping
from typing import Any

from workbench.checks import nearest_name
from workbench.errors import InputError, UnknownNameError
from workbench.privacy._words import ALLOWED, END, REFUSED_WORDS, Token, how_to_write, refused, tokens, typed
from workbench.privacy.predicates import Compare, Literal, Member, Missing, Predicate, both, either, negated

__all__ = ["parse_where"]

_DEEPEST, _MOST_VALUES = 40, 1_000
_RESERVED = {"AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "TRUE", "FALSE"}
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def parse_where(text: str, columns: Mapping[str, str]) -> Predicate:
    """Read a condition on one row.

    Args:
        text: For example `device = 'phone' AND hour BETWEEN 8 AND 10`.
        columns: Column -> DuckDB type of what may be named.

    Returns:
        The condition in canonical form: two texts that differ in order, spacing, BETWEEN or NOT read the same.

    Raises:
        UnknownNameError: If a column does not exist.
        InputError: If a value does not suit its column, or the text holds anything beyond the grammar.

    Example:
        >>> kinds = {"device": "VARCHAR", "hour": "INTEGER"}
        >>> print(parse_where("hour between 8 and 10 and not device in ('tv', 'car')", kinds))
        (hour <= 10 AND hour >= 8 AND device NOT IN ('car', 'tv'))
        >>> parse_where("upper(device) = 'PHONE'", kinds)
        Traceback (most recent call last):
        workbench.errors.InputError: where holds a function call, which is not allowed: where takes comparisons ...
    """
    return _Reader(tokens(text), columns).read()


class _Reader:
    """Recursive descent over the tokens; every method reads one rule of the grammar."""

    def __init__(self, tokens: list[Token], columns: Mapping[str, str]) -> None:
        self.tokens, self.columns, self.at, self.depth = tokens, columns, 0, 0

    def read(self) -> Predicate:
        predicate = self._either()
        if self._peek() is not END:
            raise self._unexpected()
        return predicate

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else END

    def _take(self, *words: str) -> bool:
        if self._peek().word in words and self._peek().kind != "text":
            self.at += 1
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(f", expected {word}")

    def _unexpected(self, expected: str = "") -> InputError:
        token = self._peek()
        for construct, words in REFUSED_WORDS.items():
            if token.word in words:
                return refused(construct)
        if self._peek(1).text == "(" and token.kind == "name" and token.word not in _RESERVED:
            return refused("a function call")
        if token.text == "-":
            return refused("arithmetic or another operator")
        what = "ends too early" if token is END else f"has a {token.kind} where it does not belong"
        return InputError(f"where {what} (word {self.at + 1} of {len(self.tokens)}{expected}): {ALLOWED}")

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return either(parts)

    def _both(self) -> Predicate:
        parts = [self._single()]
        while self._take("AND"):
            parts.append(self._single())
        return both(parts)

    def _single(self) -> Predicate:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise InputError(f"where is nested more than {_DEEPEST} deep: write it flatter")
        if self._take("NOT"):
            predicate = negated(self._single())
        elif self._take("("):
            predicate = self._either()
            self._must(")")
        else:
            predicate = self._test()
        self.depth -= 1
        return predicate

    def _test(self) -> Predicate:
        if self._peek().kind in {"number", "text"} or self._peek().text == "-":
            return self._value_first()
        column = self._column()
        if self._take("IS"):
            missing = not self._take("NOT")
            self._must("NULL")
            return Missing(column, missing)
        outside = self._take("NOT")
        if self._take("IN"):
            return self._member(column, not outside)
        if self._take("BETWEEN"):
            low = self._value(column)
            self._must("AND")
            between = both([Compare(column, ">=", low), Compare(column, "<=", self._value(column))])
            return negated(between) if outside else between
        if outside or self._peek().kind != "operator":
            raise self._unexpected(", expected a comparison")
        operator = self._operator(column)
        if self._peek().kind == "name" and self._peek().word not in _RESERVED | {"DATE", "TIMESTAMP"}:
            self._column()
            raise refused("a comparison of two columns")
        return Compare(column, operator, self._value(column))

    def _value_first(self) -> Predicate:
        start = self.at
        self.at += 2 if self._peek().text == "-" else 1
        if self._peek().kind != "operator":
            raise self._unexpected(", expected a comparison with a column")
        operator = _FLIPPED[self._peek().text.replace("!=", "<>")]
        self.at += 1
        column = self._column()
        after, self.at = self.at, start
        self._check_order(column, operator)
        value = self._value(column)
        self.at = after
        return Compare(column, operator, value)

    def _member(self, column: str, inside: bool) -> Predicate:
        self._must("(")
        if self._peek().word in REFUSED_WORDS["a subquery"]:
            raise refused("a subquery")
        values: set[Any] = {self._value(column)}
        while self._take(","):
            values.add(self._value(column))
        self._must(")")
        if len(values) > _MOST_VALUES:
            raise InputError(f"where lists {len(values):,} values, must be at most {_MOST_VALUES:,}")
        if len(values) == 1:
            return Compare(column, "=" if inside else "<>", values.pop())
        return Member(column, tuple(sorted(values)), inside)

    def _operator(self, column: str) -> str:
        operator = self._peek().text.replace("!=", "<>")
        self.at += 1
        self._check_order(column, operator)
        return operator

    def _check_order(self, column: str, operator: str) -> None:
        if self.columns[column] == "BOOLEAN" and operator not in {"=", "<>"}:
            raise InputError(
                f"column {column} is true or false, which {operator} does not order: write = TRUE or = FALSE"
            )

    def _column(self) -> str:
        token = self._peek()
        if token.kind != "name" or token.word in _RESERVED or (self._peek(1).text == "(" and token.word != "IN"):
            raise self._unexpected(", expected a column")
        name = token.text[1:-1].replace('""', '"') if token.text.startswith('"') else token.text
        known = {column.lower(): column for column in self.columns}
        if name.lower() not in known and any(token.word in words for words in REFUSED_WORDS.values()):
            raise self._unexpected()
        if name.lower() not in known:
            near = nearest_name(name, self.columns)
            hint = f"did you mean {near!r}?" if near else f"columns are {', '.join(sorted(self.columns))}"
            raise UnknownNameError(f"where names column {name!r}, which cannot be asked about here: {hint}")
        self.at += 1
        return known[name.lower()]

    def _value(self, column: str) -> Literal:
        kind = self.columns[column]
        negative = self._take("-")
        token = self._peek()
        if token.word == "NULL":
            raise InputError(f"where compares {column} with NULL, which is never true: write {column} IS NULL")
        if token.word in {"DATE", "TIMESTAMP"} and self._peek(1).kind == "text":
            self.at += 1
            token = self._peek()
        if token.kind not in {"number", "text"} and token.word not in {"TRUE", "FALSE"}:
            raise self._unexpected(", expected a value")
        value = typed(token, kind, negative)
        if value is None:
            raise InputError(f"where gives column {column} ({kind}) a value of another kind: {how_to_write(kind)}")
        self.at += 1
        return value
