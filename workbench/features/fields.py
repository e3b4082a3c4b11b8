"""Which columns a model sees: inferred from the store, shown, and changed in one line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import InputError

__all__ = ["FeatureSpec", "Field", "Kind", "Part", "Source"]

Kind = Literal["categorical", "numeric"]
Source = Literal["user", "ad", "context"]
Part = Literal["", "hour", "weekday"]


@dataclass(frozen=True)
class Field:
    """One column as a model sees it.

    Attributes:
        name: Its name in rows and explanations.
        kind: `categorical` (a vector for each value) or `numeric` (value times a vector).
        source: Whom it tells about: the `user`, the `ad`, or the `context` of the impression. Fields of the user
            read as missing where the person did not consent.
        table: Table of the store that holds it.
        column: Column of that table.
        part: What of a timestamp is taken: `hour` (0 to 23, UTC) or `weekday` (1 Monday to 7 Sunday); empty for the
            value itself.

    Raises:
        UnknownNameError: If kind, source or part is none of these.

    Example:
        >>> Field("hour", "categorical", "context", "impressions", "ts", part="hour").name
        'hour'
    """

    name: str
    kind: Kind
    source: Source
    table: str
    column: str
    part: Part = ""

    def __post_init__(self) -> None:
        check_name(self.kind, ["categorical", "numeric"], name="kind")
        check_name(self.source, ["user", "ad", "context"], name="source")
        if self.part:
            check_name(self.part, ["hour", "weekday"], name="part")

    @property
    def origin(self) -> str:
        """Where its values come from, for example `impressions.ts, hour`."""
        return f"{self.table}.{self.column}" + (f", {self.part}" if self.part else "")


@dataclass(frozen=True)
class FeatureSpec:
    """The fields of a model, in order, and the columns left out with the reason.

    Attributes:
        fields: The fields; categorical ones first, as inferred.
        left_out: Reason by column, for example `propensity: what the policy decided`.

    Raises:
        InputError: If there is no field, or two bear one name.
    """

    fields: tuple[Field, ...]
    left_out: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.fields:
            raise InputError("fields == 0, must be at least 1: add one with spec.with_field(Field(...))")
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice:
            raise InputError(f"fields named twice: {', '.join(twice)}; names must differ: give another name=")

    def __len__(self) -> int:
        return len(self.fields)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    def of_kind(self, kind: Kind) -> tuple[Field, ...]:
        """Fields of one kind, in order."""
        return tuple(field for field in self.fields if field.kind == kind)

    def without(self, *names: str) -> "FeatureSpec":
        """Leave out fields.

        Args:
            names: Names of fields.

        Returns:
            A spec without them.

        Raises:
            UnknownNameError: If there is no such field; the nearest is suggested.
            InputError: If no field would be left.
        """
        for name in names:
            check_name(name, self.names, name="field")
        kept = tuple(field for field in self.fields if field.name not in names)
        return replace(self, fields=kept, left_out={**self.left_out, **dict.fromkeys(names, "left out by request")})

    def with_field(self, field: Field) -> "FeatureSpec":
        """Add a field, or replace the one of the same name in its place.

        Args:
            field: The field.

        Returns:
            A spec with it.
        """
        left_out = {name: reason for name, reason in self.left_out.items() if name != field.name}
        if field.name in self.names:
            fields = tuple(field if old.name == field.name else old for old in self.fields)
        else:
            fields = (*self.fields, field)
        return replace(self, fields=fields, left_out=left_out)

    def to_polars(self) -> pl.DataFrame:
        """List the fields: name, kind, source, table, column, part."""
        names = ["name", "kind", "source", "table", "column", "part"]
        rows = [[getattr(field, name) for name in names] for field in self.fields]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    def to_json(self) -> dict[str, object]:
        """Write the spec as plain data, for a run's folder."""
        return {"fields": self.to_polars().to_dicts(), "left_out": dict(self.left_out)}

    @classmethod
    def from_json(cls, written: Mapping[str, object]) -> "FeatureSpec":
        """Read what `to_json` wrote."""
        fields, left_out = written["fields"], written["left_out"]
        if not isinstance(fields, Sequence) or not isinstance(left_out, Mapping):
            raise InputError("a feature spec must hold a list of fields and a table of columns left out: train again")
        return cls(tuple(Field(**field) for field in fields), dict(left_out))

    def __str__(self) -> str:
        return f"{len(self)} fields: " + ", ".join(f"{field.name} ({field.source})" for field in self.fields)

    def _repr_html_(self) -> str:
        shown = [(field.name, field.kind, field.source, field.origin) for field in self.fields]
        fields = html_table(["field", "kind", "about", "column"], shown)
        return html_block(
            f"{len(self)} fields a model sees",
            fields,
            html_table(["column not used", "because"], self.left_out.items()) if self.left_out else "",
            note="Change it with spec.without(name) or spec.with_field(Field(...)).",
        )
