"""The card says what one must know before using a model, in words and in HTML that holds no markup of the data's."""

from dataclasses import replace

from workbench.models.card import make_card
from workbench.models.run import Run


def test_it_says_where_the_model_comes_from_and_how_good_it_is(network_run: Run) -> None:
    card = network_run.card
    headings = [heading for heading, _ in card.sections]
    assert headings == [
        "What it is",
        "What it learnt from",
        "What it sees",
        "How well it foresees",
        "What to know before using it",
    ]
    assert network_run.facts.store[0] in card.markdown
    assert "did not consent" in card.markdown
    assert "user: interest" in card.markdown
    assert str(network_run.metrics.auc) in card.markdown
    assert "not trained with differential privacy" in card.markdown
    assert card.markdown == str(card)


def test_a_run_that_was_stopped_says_so(network_run: Run) -> None:
    stopped = replace(network_run.facts, ended="stopped")
    assert "STOPPED EARLY" in make_card(stopped, network_run.spec, network_run.metrics).markdown
    assert "STOPPED EARLY" not in network_run.card.markdown


def test_names_are_escaped(network_run: Run) -> None:
    facts = replace(network_run.facts, id="<script>", rows={**network_run.facts.rows, "no moment": 3})
    html = make_card(facts, network_run.spec, network_run.metrics).html
    assert "<script>" not in html
    assert "3 rows without a timestamp" in html
