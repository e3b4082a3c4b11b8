"""Words and values of `where(...)` text, and the names of what may not stand in it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from workbench.errors import InputError
from workbench.privacy.predicates import Literal

__all__ = ["ALLOWED", "END", "REFUSED_WORDS", "Token", "how_to_write", "refused", "tokens", "typed"]

_LONGEST = 10_000
ALLOWED = "where takes comparisons (= <> < <= > >=), IN, BETWEEN, IS NULL, AND, OR, NOT and parentheses"
_TOKEN = re.compile(
    r"\s*(?:(?P<comment>--|/\*)|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?P<text>'(?:[^']|'')*')"
    r'|(?P<name>[A-Za-z_]\w*|"(?:[^"]|"")+")|(?P<operator><>|!=|<=|>=|<|>|=(?!=))|(?P<mark>[(),-])|(?P<other>\S))'
)
REFUSED_WORDS = {
    "a subquery": {"SELECT", "WITH", "EXISTS", "FROM", "VALUES"},
    "CASE": {"CASE", "WHEN", "THEN", "ELSE"},
    "a cast": {"CAST", "TRY_CAST"},
    "pattern matching": {"LIKE", "ILIKE", "SIMILAR", "GLOB", "REGEXP"},
    "a window": {"OVER", "PARTITION", "QUALIFY"},
    "a clause outside the condition": {"ORDER", "GROUP", "LIMIT", "HAVING", "UNION", "EXCEPT", "INTERSECT"},
    "COLLATE": {"COLLATE"},
    "an interval": {"INTERVAL"},
    "a lambda": {"LAMBDA"},
}
_MARKS = {
    ";": "a second statement (;)",
    ":": "a cast (::)",
    "|": "joining text (||)",
    "?": "a parameter (?)",
    "$": "a parameter ($)",
    ".": "a qualified name (.)",
    "[": "a list or an index ([)",
    "{": "a struct ({)",
    "'": "text whose quote is not closed",
    '"': "a quoted name that is empty or not closed",
    "=": "==, write =",
} | dict.fromkeys("+*/%^&~!@#", "arithmetic or another operator")
_WRITTEN = {
    "VARCHAR": "write text in single quotes such as 'phone'",
    "BOOLEAN": "write TRUE or FALSE",
    "DATE": "write a day such as '2026-03-01'",
    "TIMESTAMP": "write a time in UTC such as '2026-03-01 08:00:00'",
}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}


@dataclass(frozen=True)
class Token:
    """One word of the text.

    Attributes:
        kind: `name`, `number`, `text`, `operator`, `mark` or `end`.
        text: As it was written.
    """

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The word in capitals where it may be a keyword; a quoted name never is."""
        return self.text.upper() if self.kind == "name" and not self.text.startswith('"') else self.text


END = Token("end", "")


def tokens(text: str) -> list[Token]:
    """Cut a text into words.

    Args:
        text: At most 10,000 characters.

    Raises:
        InputError: If it is empty, too long or holds a sign that the grammar does not have.
    """
    if not isinstance(text, str):
        raise InputError("where must be text in quotes, such as \"device = 'phone'\"")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise refused("half a character (a lone surrogate)")
    if len(text) > _LONGEST:
        raise InputError(f"where has {len(text):,} characters, must be at most {_LONGEST:,}: shorten the lists")
    found_tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise refused("a character that cannot be read")
        kind, at = found.lastgroup, found.end()
        piece = found.group(kind)
        if kind == "comment":
            raise refused("a comment")
        if kind == "other":
            unread = "a number that cannot be read" if piece.isdigit() else f"the sign {piece}"
            raise refused(_MARKS.get(piece, unread))
        found_tokens.append(Token(kind, piece))
    if not found_tokens:
        raise InputError("where is empty: give a condition such as device = 'phone', or leave .where out")
    return found_tokens


def refused(construct: str) -> InputError:
    """The error that names what may not stand in a condition."""
    return InputError(f"where holds {construct}, which is not allowed: {ALLOWED}, over columns of the same row")


def typed(token: Token, kind: str, negative: bool) -> Literal | None:
    """Read a word as a value of a column's type; None where it is of another kind."""
    if token.kind == "number":
        return _number(token.text, kind, negative)
    if negative:
        return None
    if token.kind != "text":
        return token.word == "TRUE" if kind == "BOOLEAN" else None
    text = token.text[1:-1].replace("''", "'")
    return text if kind == "VARCHAR" else _moment(text, kind)


def _moment(text: str, kind: str) -> date | datetime | None:
    try:
        if kind == "DATE":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text) if kind == "TIMESTAMP" else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo is None else None


def _number(text: str, kind: str, negative: bool) -> int | float | None:
    sign = -1 if negative else 1
    if kind in _WHOLE:
        whole = sign * int(text) if text.isdigit() else 2**63
        return whole if -(2**63) <= whole < 2**63 else None
    if kind in {"DOUBLE", "FLOAT"} or kind.startswith("DECIMAL"):
        value = sign * float(text) + 0.0  # -0.0 and 0.0 are one question
        return value if abs(value) < float("inf") else None
    return None


def how_to_write(kind: str) -> str:
    """Say how a value of a column's type is written."""
    if kind in _WHOLE:
        return "write a whole number such as 3"
    return _WRITTEN.get(kind, "write a number such as 0.5")
