"""The builder of a private view: table, where, per, limit, measure; then what it costs, then the release."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbench.checks import nearest_name
from workbench.display import html_block, html_table
from workbench.errors import InputError, UnknownNameError
from workbench.privacy.accounting import epsilon_at, rho_within
from workbench.privacy.budget import check_number
from workbench.privacy.gate import pass_gate
from workbench.privacy.intervals import half_width
from workbench.privacy.keys import PublicKeys
from workbench.privacy.measures import Measure, Measured, Ratio, Sum, measured
from workbench.privacy.mechanisms import fit_noise
from workbench.privacy.noise import Kind
from workbench.privacy.predicates import Predicate, both
from workbench.privacy.question import Asked, Presentation, Question
from workbench.privacy.release import Release
from workbench.privacy.rows import PrivateRows
from workbench.privacy.where import parse_where
from workbench.store.public import PublicValue

if TYPE_CHECKING:
    from workbench.privacy.private import PrivateStore

__all__ = ["Cost", "View"]

DEFAULT_SHARE = 0.1
"""Share of the whole budget that a release spends where nothing is said: ten such releases use it up."""

_MOST_MEASURES = 50


@dataclass(frozen=True)
class Cost:
    """What a release would spend and how exact it would be; finding out touches no data and is free.

    Attributes:
        rho: What it would be charged, in zCDP; 0 where the same question was charged before.
        epsilon: What the release alone is worth, at `delta`; 0 where it was charged before.
        epsilon_after: Epsilon spent in all after it.
        budget: The ledger's epsilon.
        delta: The ledger's delta.
        allowed: Whether the budget allows it.
        errors: Name of the measure -> half-width of the 95 % interval in every cell, in the unit shown.
        cells: Number of cells.
    """

    rho: float
    epsilon: float
    epsilon_after: float
    budget: float
    delta: float
    allowed: bool
    errors: Mapping[str, float]
    cells: int

    def __str__(self) -> str:
        price = f"epsilon {self.epsilon:.3g}" if self.rho else "nothing, it was charged before"
        after = f"{self.epsilon_after:.3g} of {self.budget:g} spent then"
        refused = "" if self.allowed else "; the budget does not allow it"
        errors = ", ".join(f"{name} ±{error:,.6g}" for name, error in self.errors.items())
        return f"costs {price} ({after}{refused}); 95 % error in each of {self.cells:,} cells: {errors}"

    def _repr_html_(self) -> str:
        table = html_table(["measure", "95 % error a cell"], [[name, f"±{e:,.6g}"] for name, e in self.errors.items()])
        return html_block(str(self).partition(";")[0].capitalize(), table, note="No data was looked at.")


@dataclass(frozen=True)
class View:
    """A question under construction; every step returns a new view.

    Start with `PrivateStore.table`.
    """

    _private: "PrivateStore"
    _rows: PrivateRows
    _where: Predicate | None = None
    _per: tuple[str, ...] = ()
    _keys: PublicKeys = field(default_factory=PublicKeys)
    _limit: int | None = None
    _measures: Mapping[str, Measure] = field(default_factory=dict)
    _rho_nano: int | None = None
    _noise: Kind | None = None

    def where(self, text: str) -> "View":
        """Count only rows that meet a condition on their own columns.

        Args:
            text: Comparisons, IN, BETWEEN, IS NULL, AND, OR, NOT and parentheses. Called twice, both must hold.

        Raises:
            UnknownNameError: If a column does not exist.
            InputError: If the text holds anything else.
        """
        condition = parse_where(text, self._rows.columns)
        return replace(self, _where=both([self._where, condition]) if self._where else condition)

    def per(self, *columns: str, keys: PublicKeys | None = None) -> "View":
        """Answer by cell of some columns, whose values were declared before the data was seen.

        Args:
            columns: Key columns, in the order shown.
            keys: Their values, from `PrivateStore.public`.

        Raises:
            UnknownNameError: If a column does not exist.
            InputError: If values are missing, too many, or of another kind than the column.
        """
        if not columns:
            raise InputError("per names no column: leave it out for the total, or write .per('campaign_id', keys=...)")
        for column in columns:
            self._known(column)
        if keys is None or sorted(keys.columns) != sorted(columns):
            raise InputError(self._keys_hint(columns, keys))
        for domain in keys.domains:
            _check_kind(domain.column, self._rows.columns[domain.column], domain.values)
        return replace(self, _per=columns, _keys=keys.ordered(sorted(columns)))

    def limit(self, *, rows_per_user: int) -> "View":
        """Count at most so many rows of one person, over the whole table of this version.

        Args:
            rows_per_user: From 1 to 100,000. More keeps more of what heavy users did and needs more noise.

        Raises:
            InputError: If it is outside that range.
        """
        whole = isinstance(rows_per_user, int) and not isinstance(rows_per_user, bool)
        if not whole or not 1 <= rows_per_user <= 100_000:
            raise InputError(f"rows_per_user == {rows_per_user}, must be a whole number from 1 to 100,000")
        return replace(self, _limit=rows_per_user)

    def measure(self, **measures: Measure) -> "View":
        """Say what to measure, each under a name.

        Args:
            measures: `wb.count()`, `wb.count_users()`, `wb.sum(column, low, high)`, `wb.ratio(name, name)`.

        Raises:
            InputError: If a name is taken or not a plain word, or there are more than 50.
            UnknownNameError: If a ratio names a measure that the view does not have.
        """
        joined = {**self._measures, **measures}
        if len(joined) > _MOST_MEASURES:
            raise InputError(f"the view has {len(joined):,} measures, must be at most {_MOST_MEASURES}: ask for fewer")
        for name, measure in measures.items():
            if not re.fullmatch(r"[A-Za-z]\w{0,40}", name):
                raise InputError(f"measure name {name!r} must be a plain word of up to 41 letters, such as clicks")
            if not isinstance(measure, Measure):
                raise InputError(
                    f"measure {name!r} is no measure: write {name}=wb.count() or {name}=wb.sum(column, 0, 1)"
                )
        for name, measure in joined.items():
            for part in (measure.numerator, measure.denominator) if isinstance(measure, Ratio) else ():
                if part not in joined or isinstance(joined[part], Ratio):
                    raise UnknownNameError(
                        f"ratio {name!r} names {part!r}: add .measure({part}=wb.count()) or wb.sum(...)"
                    )
        return replace(self, _measures=joined)

    def spend(self, *, epsilon: float | None = None, share: float | None = None) -> "View":
        """Say what the release may spend, over all its measures in equal parts; a tenth of the whole budget by default.

        Args:
            epsilon: What the release alone is worth, at the ledger's delta; releases add up in rho, so ten of them
                together spend less than ten times this.
            share: Or a share of the whole budget's rho, in (0, 1].

        Raises:
            InputError: If not exactly one is given, or it is outside its range.
        """
        if (epsilon is None) == (share is None):
            raise InputError("spend takes epsilon or share, one of them: .spend(epsilon=0.5) or .spend(share=0.1)")
        budget = self._private.budget
        if share is not None:
            check_number(share, name="share", hint=".spend(share=0.1) spends a tenth")
            if not 0 < share <= 1:
                raise InputError(f"share == {share:g}, must be > 0 and <= 1: .spend(share=0.1) spends a tenth")
            return replace(self, _rho_nano=int(budget.rho_nano * share))
        check_number(epsilon, name="epsilon", hint="give what the release may spend, e.g. epsilon=0.5")
        if epsilon is None or not 0 < epsilon < float("inf"):
            raise InputError(f"epsilon == {epsilon:g}, must be > 0: give what the release may spend, e.g. epsilon=0.5")
        return replace(self, _rho_nano=rho_within(min(epsilon, 1_000.0), budget.conversion_delta))

    def noise(self, kind: Kind) -> "View":
        """Choose the law of the noise, `gaussian` or `laplace`; by default the one with the smaller error."""
        if kind not in ("gaussian", "laplace"):
            raise InputError(f"noise == {kind!r}, must be 'gaussian' or 'laplace'")
        return replace(self, _noise=kind)

    def cost(self) -> Cost:
        """Say what the release would spend and how exact it would be; touches no data.

        Raises:
            InputError: If the view lacks its bound or measures.
        """
        question, presentation = self.question()
        ledger, budget = self._private.ledger, self._private.budget
        rho_nano = 0 if ledger.charged(question.qkey) else question.rho_nano
        after = ledger.spent_rho + rho_nano
        delta = budget.conversion_delta
        asked = {name: question.asked[at] for name, at in presentation.names.items() if isinstance(at, int)}
        return Cost(
            rho_nano / 1e9,
            epsilon_at(rho_nano, delta),
            epsilon_at(after, delta),
            budget.epsilon,
            budget.delta,
            after <= budget.rho_nano,
            {name: half_width(one.noise) / one.measured.unit for name, one in asked.items()},
            question.keys.cells,
        )

    def release(self) -> Release:
        """Ask: charged once; the same question again is answered from the ledger at no cost.

        Raises:
            BudgetError: If the budget does not allow it; nothing is drawn then.
            InputError: If the view lacks its bound or measures.
        """
        return pass_gate(self._private.store, self._private.ledger, *self.question())

    def question(self) -> tuple[Question, Presentation]:
        """The canonical question and how its answer is shown.

        Raises:
            InputError: If the view lacks its bound or measures.
        """
        if self._limit is None:
            raise InputError(
                "the view has no bound on what one person adds, must have one: add .limit(rows_per_user=10), or the "
                "number of rows that most people stay below"
            )
        drawn = {
            name: self._measured(measure) for name, measure in self._measures.items() if not isinstance(measure, Ratio)
        }
        if not drawn:
            raise InputError("the view measures nothing: add .measure(n=wb.count())")
        shown = [*self._per, *(f"{name}{end}" for name in self._measures for end in ("", "_low", "_high"))]
        twice = sorted({name for name in shown if shown.count(name) > 1})
        if twice:
            raise InputError(f"two columns of the release would be called {twice[0]!r}: give the measure another name")
        distinct = sorted(set(drawn.values()))
        budget = self._private.budget
        rho_nano = int(budget.rho_nano * DEFAULT_SHARE) if self._rho_nano is None else self._rho_nano
        asked = []
        for one in distinct:
            sensitivity = one.sensitivity(self._limit, self._keys.cells)
            noise = fit_noise(sensitivity, rho_nano // len(distinct), kind=self._noise)
            asked.append(Asked(one, noise, noise.cost(sensitivity)))
        data_id = self._private.data_id(self._rows)
        question = Question(self._rows, data_id, self._where, self._keys, self._limit, tuple(asked))
        names: dict[str, int | tuple[str, str]] = {
            name: (measure.numerator, measure.denominator)
            if isinstance(measure, Ratio)
            else distinct.index(drawn[name])
            for name, measure in self._measures.items()
        }
        return question, Presentation(self._per, names, str(self._where) if self._where else "")

    def _measured(self, measure: Measure) -> Measured:
        if isinstance(measure, Ratio) or self._limit is None:
            raise InputError("a ratio is not drawn")
        columns = self._rows.columns
        money = isinstance(measure, Sum) and f"{measure.column.removesuffix('_micros')}_micros" in columns
        return measured(measure, columns, self._limit, self._private.currency(self._per) if money else "")

    def _known(self, column: str) -> None:
        if column not in self._rows.columns:
            near = nearest_name(column, self._rows.columns)
            hint = f"did you mean {near!r}?" if near else f"columns are {', '.join(sorted(self._rows.columns))}"
            raise UnknownNameError(f"key column {column!r} cannot be asked about here: {hint}")

    def _keys_hint(self, columns: tuple[str, ...], keys: PublicKeys | None) -> str:
        declared = {domain.column: name for name, domain in self._private.store.public.items()}
        wanted = ", ".join(repr(column) for column in columns)
        for column in columns:
            if column not in declared:
                return (
                    f"per({wanted}) has no public values for {column}: declare them before looking at the data, "
                    f"store.declare('{column}s', {column!r}, [<all values>])"
                )
        names = ", ".join(repr(declared[column]) for column in columns)
        given = f"keys for {', '.join(keys.columns)}" if keys and keys.columns else "no keys"
        return f"per({wanted}) has {given}, must have one for each column: write .per({wanted}, keys=p.public({names}))"


def _check_kind(column: str, kind: str, values: Sequence[PublicValue]) -> None:
    wanted = {"VARCHAR": "str", "BOOLEAN": "str", "DATE": "date"}.get(kind, "int" if kind.endswith("INT") else "")
    wanted = "int" if kind == "INTEGER" else wanted
    given = type(values[0]).__name__
    if given != wanted:
        raise InputError(
            f"key column {column} is {kind} and its public values are of type {given}, must be "
            f"{wanted or 'of another column: times and fractions make no cells'}"
        )
    if kind == "BOOLEAN" and not {"true", "false"}.issuperset(map(str, values)):
        raise InputError(
            f"key column {column} is true or false and its public values are others, must be 'true' and 'false': "
            f"store.declare(<name>, {column!r}, ['true', 'false'])"
        )
    if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values):
        raise InputError(f"key column {column} has public values beyond 64 bits, must be within: declare others")
