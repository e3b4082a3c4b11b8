"""Ad copy from product facts: templates in Chinese and English, one set a style.

A template names facts and nothing else, so every brand, number and claim in the copy comes from a fact. The part in
square brackets is the benefit slot: it is kept or dropped as a whole, which makes the benefit the only difference
between two otherwise equal texts. No template uses a superlative, urgency or scarcity: those would need facts of
their own (China Advertising Law, articles 4, 9(3) and 28).
"""

import re
from dataclasses import dataclass

from workbench.checks import check_at_least, check_name

__all__ = ["LANGUAGES", "STYLES", "Facts", "unsupported_numbers", "write_copy"]

LANGUAGES: tuple[str, ...] = ("zh", "en")
STYLES: tuple[str, ...] = ("plain", "warm", "lively", "premium", "practical")

_TEMPLATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("zh", "plain"): (
        "{brand}{product}，{feature}，{price}元[，{benefit}]。",
        "{brand}{product}：{feature}。售价{price}元[，{benefit}]。",
    ),
    ("zh", "warm"): (
        "给家人挑的{brand}{product}，{feature}，{price}元[，{benefit}]。",
        "慢慢享受生活，{brand}{product}陪着你。{feature}[，{benefit}]，{price}元。",
    ),
    ("zh", "lively"): (
        "嗨！{brand}{product}来啦，{feature}[，{benefit}]，{price}元带回家！",
        "{feature}？就选{brand}{product}！{price}元[，{benefit}]！",
    ),
    ("zh", "premium"): (
        "{brand} · {product}。{feature}，恰到好处[，{benefit}]。{price}元。",
        "细节之处见{brand}：{product}，{feature}，{price}元[，{benefit}]。",
    ),
    ("zh", "practical"): (
        "{product}怎么选？看{feature}。{brand}，{price}元[，{benefit}]。",
        "{feature}，天天用得上：{brand}{product}，{price}元[，{benefit}]。",
    ),
    ("en", "plain"): (
        "{brand} {product}, {feature}, ¥{price}[, {benefit}].",
        "{brand} {product}: {feature}. Price ¥{price}[, {benefit}].",
    ),
    ("en", "warm"): (
        "A little care for those at home: {brand} {product}, {feature}, ¥{price}[, {benefit}].",
        "Take your time with {brand} {product}: {feature}[, {benefit}], ¥{price}.",
    ),
    ("en", "lively"): (
        "Hello there! {brand} {product} is here: {feature}[, {benefit}], ¥{price}!",
        "Say hello to {feature}: {brand} {product}! ¥{price}[, {benefit}]!",
    ),
    ("en", "premium"): (
        "{brand} · {product}: {feature}, nothing more[, {benefit}]. ¥{price}.",
        "The detail is {brand}: {product}, {feature}, ¥{price}[, {benefit}].",
    ),
    ("en", "practical"): (
        "Which {product}? Look for {feature}. {brand}, ¥{price}[, {benefit}].",
        "{feature}, day after day: {brand} {product}, ¥{price}[, {benefit}].",
    ),
}
_SLOT = re.compile(r"\[(.*?)\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Facts:
    """What the copy of one product may claim, in one language.

    Attributes:
        brand: Brand name.
        product: What it is, for example `thermos cup`.
        feature: A property of it as a noun phrase, for example `leak-proof lid`.
        price: Price as shown, in units of the currency, for example `129`.
        benefit: A perk that truly comes with the order, for example `free shipping`.
    """

    brand: str
    product: str
    feature: str
    price: str
    benefit: str

    def as_map(self) -> dict[str, str]:
        """Give the facts as the store keeps them: name to text."""
        return dict(vars(self))


def write_copy(facts: Facts, *, language: str, style: str, benefit: bool, variant: int = 0) -> str:
    """Write one line of ad copy.

    Args:
        facts: What may be claimed, in the same language.
        language: `zh` or `en`.
        style: One of `STYLES`.
        benefit: Whether the benefit is named.
        variant: Which template of the style, counted round.

    Returns:
        The copy; the same arguments always give the same text.

    Raises:
        UnknownNameError: If the language or style does not exist.
        InputError: If `variant` is negative.

    Example:
        >>> facts = Facts("Yunshan", "thermos cup", "leak-proof lid", "129", "free shipping")
        >>> write_copy(facts, language="en", style="plain", benefit=True)
        'Yunshan thermos cup, leak-proof lid, ¥129, free shipping.'
        >>> write_copy(facts, language="en", style="plain", benefit=False)
        'Yunshan thermos cup, leak-proof lid, ¥129.'
    """
    check_name(language, LANGUAGES, name="language")
    check_name(style, STYLES, name="style")
    check_at_least(variant, 0, name="variant")
    templates = _TEMPLATES[language, style]
    template = _SLOT.sub(r"\1" if benefit else "", templates[variant % len(templates)])
    text = template.format(**facts.as_map())
    return text[0].upper() + text[1:]


def unsupported_numbers(text: str, facts: Facts) -> tuple[str, ...]:
    """Find numbers in a text that no fact holds.

    Args:
        text: The copy.
        facts: What it may claim.

    Returns:
        The numbers without support, in order; empty where all are supported.

    Example:
        >>> facts = Facts("Yunshan", "thermos cup", "leak-proof lid", "129", "free shipping")
        >>> unsupported_numbers("Only ¥99 instead of ¥129", facts)
        ('99',)
    """
    known = {number for fact in facts.as_map().values() for number in _NUMBER.findall(fact)}
    return tuple(number for number in _NUMBER.findall(text) if number not in known)
