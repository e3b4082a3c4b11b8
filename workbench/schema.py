"""The canonical tables: what a store holds, whichever log it came from.

Column types are DuckDB's names, since DuckDB reads every log. Money is integer micros, time is UTC, probabilities are
in [0, 1]. A table may carry further columns: they become fields of a model.
"""

from dataclasses import dataclass

__all__ = ["TABLES", "Column", "Table"]


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: Its name in the store.
        type: DuckDB type, for example `BIGINT`.
        required: Whether a row without it is rejected.
        low: Smallest allowed value of a number; None where there is no limit.
        high: Largest allowed value of a number; None where there is no limit.
        personal: Whether it names a person or a device and is pseudonymised on the way in.
    """

    name: str
    type: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table.

    Attributes:
        name: Its name in the store.
        key: Columns that name a row once; empty where rows have no name.
        columns: The columns the workbench knows; others may follow them.
        parents: Foreign keys as (column, table): a row whose column names no row of the table is an orphan. They are
            checked where the parent table is loaded.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    parents: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column | None:
        """Find a known column by name."""
        return next((column for column in self.columns if column.name == name), None)


def _id(name: str, *, required: bool = False, personal: bool = False) -> Column:
    return Column(name, "VARCHAR", required=required, personal=personal)


def _micros(name: str, *, low: float | None = 0) -> Column:
    return Column(name, "BIGINT", low=low)


_TARGETING = "STRUCT(include VARCHAR[], exclude VARCHAR[])"
_FACTS = "MAP(VARCHAR, VARCHAR)"
_TIME = "TIMESTAMP"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "campaigns",
            ("campaign_id",),
            (
                _id("campaign_id", required=True),
                _id("advertiser_id"),
                _id("payer"),
                Column("name", "VARCHAR"),
                Column("objective", "VARCHAR"),
                _micros("budget_micros"),
                Column("currency", "VARCHAR"),
                Column("starts_at", _TIME),
                Column("ends_at", _TIME),
                Column("targeting", _TARGETING),
            ),
        ),
        Table(
            "ads",
            ("ad_id",),
            (
                _id("ad_id", required=True),
                _id("campaign_id"),
                _id("product_id"),
                Column("category", "VARCHAR"),
                Column("brand", "VARCHAR"),
                _micros("price_micros"),
            ),
            parents=(("campaign_id", "campaigns"),),
        ),
        Table(
            "creatives",
            ("creative_id",),
            (
                _id("creative_id", required=True),
                _id("ad_id"),
                Column("text", "VARCHAR"),
                Column("language", "VARCHAR"),
                Column("style", "VARCHAR"),
                Column("image", "BLOB"),
                Column("facts", _FACTS),
                Column("state", "VARCHAR"),
            ),
            parents=(("ad_id", "ads"),),
        ),
        Table(
            "users",
            ("user_id",),
            (_id("user_id", required=True, personal=True), Column("consent_personalised", "BOOLEAN")),
        ),
        Table(
            "impressions",
            ("impression_id",),
            (
                _id("impression_id", required=True),
                Column("ts", _TIME),
                _id("user_id", personal=True),
                _id("ad_id"),
                _id("creative_id"),
                _id("campaign_id"),
                Column("position", "INTEGER", low=1),
                Column("placement", "VARCHAR"),
                Column("device", "VARCHAR"),
                Column("geo", "VARCHAR"),
                Column("policy", "VARCHAR"),
                Column("arm", "VARCHAR"),
                Column("propensity", "DOUBLE", low=0, high=1),
                _micros("cost_micros"),
            ),
            parents=(("ad_id", "ads"), ("creative_id", "creatives"), ("campaign_id", "campaigns")),
        ),
        Table(
            "candidates",
            ("impression_id", "ad_id"),
            (
                _id("impression_id", required=True),
                _id("ad_id", required=True),
                _id("creative_id"),
                Column("score", "DOUBLE"),
                _micros("bid_micros"),
                Column("rank", "INTEGER", low=1),
            ),
            parents=(("impression_id", "impressions"),),
        ),
        Table(
            "clicks",
            ("impression_id",),
            (_id("impression_id", required=True), Column("ts", _TIME)),
            parents=(("impression_id", "impressions"),),
        ),
        Table(
            "conversions",
            ("impression_id", "ts", "kind"),
            (
                _id("impression_id", required=True),
                Column("ts", _TIME),
                _micros("revenue_micros", low=None),
                Column("kind", "VARCHAR"),
            ),
            parents=(("impression_id", "impressions"),),
        ),
        Table(
            "behaviour",
            (),
            (
                _id("user_id", required=True, personal=True),
                Column("ts", _TIME),
                Column("event", "VARCHAR"),
                Column("category", "VARCHAR"),
                Column("brand", "VARCHAR"),
                _id("product_id"),
            ),
        ),
        Table(
            "feedback",
            (),
            (
                _id("impression_id", required=True),
                Column("rating", "INTEGER", low=1, high=5),
                Column("comment", "VARCHAR"),
                Column("ts", _TIME),
            ),
            parents=(("impression_id", "impressions"),),
        ),
        Table(
            "totals",
            ("ad_id", "day", "segment"),
            (
                _id("ad_id", required=True),
                Column("day", "DATE"),
                Column("segment", "VARCHAR"),
                Column("impressions", "BIGINT", low=0),
                Column("clicks", "BIGINT", low=0),
                Column("conversions", "BIGINT", low=0),
                _micros("cost_micros"),
                _micros("revenue_micros", low=None),
            ),
        ),
    )
}
