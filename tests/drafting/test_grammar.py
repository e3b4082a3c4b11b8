"""Copy says what the facts say, and nothing else."""

import re
from dataclasses import replace
from itertools import product

import pytest

from workbench.drafting.grammar import LANGUAGES, STYLES, Facts, unsupported_numbers, write_copy
from workbench.errors import InputError, UnknownNameError

FACTS = {
    "en": Facts("Yunshan", "thermos cup", "leak-proof lid", "129", "free shipping"),
    "zh": Facts("云杉", "保温杯", "密封防漏", "129", "包邮"),
}
EVERY = list(product(LANGUAGES, STYLES, (False, True), range(4)))

# Superlatives (Advertising Law, article 9(3)) and urgency without a date among the facts.
FORBIDDEN = re.compile(
    r"最|第一|顶级|国家级|限时|仅剩|今日|best|cheapest|number one|only today|last chance|hurry", re.IGNORECASE
)


@pytest.mark.parametrize(("language", "style", "benefit", "variant"), EVERY)
def test_copy_holds_facts_and_claims_nothing_more(language: str, style: str, benefit: bool, variant: int) -> None:
    facts = FACTS[language]
    text = write_copy(facts, language=language, style=style, benefit=benefit, variant=variant)
    for fact in (facts.brand, facts.product, facts.feature, facts.price):
        assert fact.lower() in text.lower()
    assert (facts.benefit in text) == benefit
    assert unsupported_numbers(text, facts) == ()
    assert not FORBIDDEN.search(text)
    assert not re.search(r"[{}\[\]]", text)


@pytest.mark.parametrize(("language", "style", "benefit", "variant"), EVERY)
def test_words_of_a_template_name_no_brand_and_no_number(
    language: str, style: str, benefit: bool, variant: int
) -> None:
    blank = Facts("", "", "", "", "")
    slots = replace(blank, brand="<b>", product="<p>", feature="<f>", price="<n>", benefit="<w>")
    text = write_copy(slots, language=language, style=style, benefit=benefit, variant=variant)
    words = re.sub(r"<.>", "", text)
    assert not re.search(r"\d", words)
    capitals = [word for word in re.findall(r"[A-Z][a-z]+", words) if word not in {"A", "Hello", "Say"}]
    assert all(
        text.startswith(word) or f". {word}" in text or f"! {word}" in text or f"? {word}" in text for word in capitals
    )


@pytest.mark.parametrize(("language", "style", "variant"), list(product(LANGUAGES, STYLES, range(2))))
def test_the_benefit_is_the_only_difference(language: str, style: str, variant: int) -> None:
    facts = FACTS[language]
    without = write_copy(facts, language=language, style=style, benefit=False, variant=variant)
    with_it = write_copy(facts, language=language, style=style, benefit=True, variant=variant)
    assert len(with_it) - len(without) <= len(facts.benefit) + 2  # The benefit and the comma before it.
    assert re.sub(r"[,，] ?" + facts.benefit, "", with_it) == without


def test_styles_and_variants_differ() -> None:
    texts = {
        write_copy(FACTS["zh"], language="zh", style=style, benefit=True, variant=variant)
        for style in STYLES
        for variant in (0, 1)
    }
    assert len(texts) == 2 * len(STYLES)


def test_numbers_without_a_fact_are_found() -> None:
    assert unsupported_numbers("原价 199，现价 129，立减 3.5 折", FACTS["zh"]) == ("199", "3.5")


def test_unknown_words_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'lively'"):
        write_copy(FACTS["en"], language="en", style="livly", benefit=True)
    with pytest.raises(UnknownNameError, match="language == 'fr'"):
        write_copy(FACTS["en"], language="fr", style="plain", benefit=True)
    with pytest.raises(InputError, match="variant == -1"):
        write_copy(FACTS["en"], language="en", style="plain", benefit=True, variant=-1)
