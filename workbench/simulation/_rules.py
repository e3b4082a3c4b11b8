"""What the settings of a platform must satisfy beyond the types of their values."""

from math import isclose

from workbench.checks import check_at_least, check_name
from workbench.errors import InputError
from workbench.simulation._moving_rules import check_moving
from workbench.simulation.settings import Settings, Shares

__all__ = ["check_settings"]


def check_settings(settings: Settings) -> None:
    """Refuse settings that describe no platform.

    Args:
        settings: What was read; every value is of its type already.

    Raises:
        InputError: If shares do not sum to one, effects and levels do not match, or a number is outside its range.
    """
    _check_shares(settings)
    _check_effects(settings)
    _check_ads(settings)
    check_moving(settings)
    for name, value, low in (
        ("[calendar] days", settings.calendar.days, 1),
        ("[users] count", settings.users.count, 2),
        ("[users] canaries", settings.users.canaries, 0),
        ("[ads] creatives", settings.ads.creatives, 1),
        ("[policies] slate", settings.policies.slate, 1),
    ):
        check_at_least(value, low, name=name)


def _check_shares(settings: Settings) -> None:
    users, context = settings.users, settings.context
    tables: dict[str, Shares] = {f"[users.profile.{name}]": shares for name, shares in users.profile.items()}
    tables |= {f"[context.{name}]": shares for name, shares in vars(context).items()}
    tables["[users.towns]"] = {name: town.share for name, town in users.towns.items()}
    tables["[ads] languages"] = settings.ads.languages
    tables["audience of [[categories]]"] = {category.name: category.audience for category in settings.categories}
    for name, shares in tables.items():
        if any(share < 0 for share in shares.values()) or not isclose(sum(shares.values()), 1, abs_tol=1e-9):
            raise InputError(
                f"shares in {name} sum to {sum(shares.values()):g}, must be >= 0 and sum to 1: correct them"
            )
    for name, share in (
        ("[users] consent", users.consent),
        ("[users] main_device", users.main_device),
        ("[users] at_home", users.at_home),
        ("[policies] uniform", settings.policies.uniform),
        ("[experiment] share", settings.experiment.share),
        ("[experiment] aa_share", settings.experiment.aa_share),
    ):
        if not 0 <= share <= 1:
            raise InputError(f"{name} == {share:g}, must be >= 0 and <= 1: give a share such as 0.5")


def _check_effects(settings: Settings) -> None:
    causes, profile = settings.causes, settings.users.profile
    if "price_sensitivity" not in profile:
        raise InputError("[users.profile] lacks price_sensitivity, which the benefit word acts through: add it")
    for name, effects, levels in (
        ("[causes] benefit", causes.benefit, profile["price_sensitivity"]),
        ("[orders] price_weight", settings.orders.price_weight, profile["price_sensitivity"]),
        ("[causes] badge", causes.badge, settings.context.device),
        ("[causes.device]", causes.device, settings.context.device),
        ("[causes.daypart]", causes.daypart, settings.calendar.dayparts),
        ("[causes.examination]", causes.examination, settings.context.position),
    ):
        if set(effects) != set(levels):
            raise InputError(
                f"{name} has {', '.join(effects)}, must have exactly {', '.join(levels)}: correct the keys"
            )
    if len(settings.calendar.hours) != 24:
        raise InputError(f"[calendar] hours has {len(settings.calendar.hours)} entries, must have 24: one an hour")
    if not all(position.isdigit() for position in settings.context.position):
        raise InputError("[context.position] must have whole numbers as keys: 1 is the first place")
    if min(causes.examination.values()) <= 0:
        raise InputError("[causes.examination] must hold odds > 0: 1 is looked at as often as the first place")


def _check_ads(settings: Settings) -> None:
    for category in settings.categories:
        for near in category.near:
            check_name(near, settings.category_names, name=f"near of category {category.name}")
        low, high = category.price
        if not 0 < low <= high:
            raise InputError(
                f"price of category {category.name} is {low} to {high}, must be > 0 and rising: correct it"
            )
    for campaign in settings.campaigns:
        check_name(campaign.category, settings.category_names, name=f"category of campaign {campaign.name}")
        check_name(campaign.pays, ("click", "impression"), name=f"pays of campaign {campaign.name}")
    for language in settings.ads.languages:
        check_name(language, ("zh", "en"), name="key in [ads] languages")
    ads = len(settings.campaigns) * settings.ads.per_campaign
    if ads < settings.policies.slate:
        raise InputError(
            f"[policies] slate == {settings.policies.slate}, must be <= {ads}, the number of ads: lower it"
        )
