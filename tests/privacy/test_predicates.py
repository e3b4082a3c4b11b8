"""Conditions: canonical forms and three-valued logic."""

from workbench.privacy.predicates import And, Compare, Member, Missing, Or, both, either, negated

A, B, C = Compare("a", "=", 1), Compare("b", "<", 2), Missing("c")


def test_order_nesting_and_repeats_do_not_matter() -> None:
    assert both([A, both([B, C])]) == both([C, B, A, A])
    assert either([A, both([B, C])]) == either([both([C, B]), A])
    assert both([A, A]) == A


def test_negating_twice_gives_the_same_condition() -> None:
    for predicate in (A, C, Member("a", (1, 2)), both([A, either([B, C])]), either([A, both([B, C])])):
        assert negated(negated(predicate)) == predicate


def test_not_moves_into_the_comparisons() -> None:
    assert negated(both([A, B])) == either([Compare("a", "<>", 1), Compare("b", ">=", 2)])
    assert isinstance(negated(either([A, B])), And)
    assert isinstance(negated(both([A, B])), Or)


def test_sql_quotes_names_and_carries_values_apart() -> None:
    sql, parameters = both([Compare('odd" name', "=", "x'); --"), Member("b", (1, 2), inside=False)]).sql()
    assert sql == '("odd"" name" = ? AND "b" NOT IN (?, ?))'
    assert parameters == ("x'); --", 1, 2)
