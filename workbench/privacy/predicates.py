"""Conditions on one row, as a closed grammar: comparisons, lists, NULL tests, joined by AND and OR.

A condition can only say yes, no or unknown about a row; it cannot raise, look at other rows or call a function, so
neither its errors nor its cost tell anything about a person. `workbench.privacy.where` reads one from text. NOT has no
node of its own: it is moved into the comparisons, which three-valued logic allows.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from workbench.store.sql import quoted

__all__ = ["And", "Compare", "Literal", "Member", "Missing", "Or", "Predicate", "both", "either", "negated"]

Literal = str | int | float | bool | date | datetime

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True)
class Compare:
    """A column against a value: `=`, `<>`, `<`, `<=`, `>`, `>=`."""

    column: str
    operator: str
    value: Literal

    def sql(self) -> tuple[str, tuple[Literal, ...]]:
        """SQL with quoted identifiers, and its parameters."""
        return f"{quoted(self.column)} {self.operator} ?", (self.value,)

    def content(self) -> list[object]:
        """Plain values that say the same, for the canonical question."""
        return [self.operator, self.column, _plain(self.value)]

    def __str__(self) -> str:
        return f"{self.column} {self.operator} {_shown(self.value)}"


@dataclass(frozen=True)
class Member:
    """A column within, or outside, a list of values; the list is sorted and names nothing twice."""

    column: str
    values: tuple[Literal, ...]
    inside: bool = True

    def sql(self) -> tuple[str, tuple[Literal, ...]]:
        """SQL with quoted identifiers, and its parameters."""
        marks = ", ".join("?" * len(self.values))
        return f"{quoted(self.column)} {self._word} ({marks})", self.values

    def content(self) -> list[object]:
        """Plain values that say the same, for the canonical question."""
        return [self._word.lower(), self.column, *map(_plain, self.values)]

    def __str__(self) -> str:
        return f"{self.column} {self._word} ({', '.join(map(_shown, self.values))})"

    @property
    def _word(self) -> str:
        return "IN" if self.inside else "NOT IN"


@dataclass(frozen=True)
class Missing:
    """A column that is, or is not, NULL."""

    column: str
    missing: bool = True

    def sql(self) -> tuple[str, tuple[Literal, ...]]:
        """SQL with quoted identifiers, and its parameters."""
        return f"{quoted(self.column)} {self._word}", ()

    def content(self) -> list[object]:
        """Plain values that say the same, for the canonical question."""
        return [self._word.lower(), self.column]

    def __str__(self) -> str:
        return f"{self.column} {self._word}"

    @property
    def _word(self) -> str:
        return "IS NULL" if self.missing else "IS NOT NULL"


@dataclass(frozen=True)
class _Joined:
    parts: tuple["Predicate", ...]

    def sql(self) -> tuple[str, tuple[Literal, ...]]:
        """SQL with quoted identifiers, and its parameters."""
        rendered = [part.sql() for part in self.parts]
        text = f" {self._word} ".join(sql for sql, _ in rendered)
        return f"({text})", tuple(value for _, values in rendered for value in values)

    def content(self) -> list[object]:
        """Plain values that say the same, for the canonical question."""
        return [self._word.lower(), *(part.content() for part in self.parts)]

    def __str__(self) -> str:
        return "(" + f" {self._word} ".join(map(str, self.parts)) + ")"

    @property
    def _word(self) -> str:
        return "AND" if isinstance(self, And) else "OR"


@dataclass(frozen=True)
class And(_Joined):
    """Parts that must all hold; made by `both`."""


@dataclass(frozen=True)
class Or(_Joined):
    """Parts of which one must hold; made by `either`."""


Predicate = Compare | Member | Missing | And | Or


def both(parts: Iterable[Predicate]) -> Predicate:
    """Join conditions with AND: nested ones flattened, sorted, none twice.

    Example:
        >>> print(both([Compare("hour", ">=", 8), both([Compare("device", "=", "phone"), Compare("hour", ">=", 8)])]))
        (device = 'phone' AND hour >= 8)
    """
    joined = _flat(parts, And)
    return joined[0] if len(joined) == 1 else And(joined)


def either(parts: Iterable[Predicate]) -> Predicate:
    """Join conditions with OR: nested ones flattened, sorted, none twice."""
    joined = _flat(parts, Or)
    return joined[0] if len(joined) == 1 else Or(joined)


def negated(predicate: Predicate) -> Predicate:
    """The condition that holds where this one fails, and is unknown where this one is.

    Example:
        >>> print(negated(both([Compare("hour", "<", 8), Missing("device")])))
        (hour >= 8 OR device IS NOT NULL)
    """
    if isinstance(predicate, Compare):
        return Compare(predicate.column, _OPPOSITE[predicate.operator], predicate.value)
    if isinstance(predicate, Member):
        return Member(predicate.column, predicate.values, not predicate.inside)
    if isinstance(predicate, Missing):
        return Missing(predicate.column, not predicate.missing)
    parts = [negated(part) for part in predicate.parts]
    return either(parts) if isinstance(predicate, And) else both(parts)


def _flat(parts: Iterable[Predicate], kind: type[And] | type[Or]) -> tuple[Predicate, ...]:
    flat: dict[str, Predicate] = {}
    for part in parts:
        for leaf in part.parts if isinstance(part, kind) else (part,):
            flat[json.dumps(leaf.content(), ensure_ascii=False)] = leaf
    return tuple(flat[name] for name in sorted(flat))


def _plain(value: Literal) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: Literal) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else value.isoformat(" ") if isinstance(value, datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"
