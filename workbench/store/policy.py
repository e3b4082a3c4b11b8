"""The policy on people's data: what is used without consent, how long rows are kept, who may do what."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.checks import check_at_least
from workbench.errors import InputError
from workbench.shipped import shipped
from workbench.store.access import ACTIONS

__all__ = ["Consent", "Policy", "Role", "read_policy"]


@dataclass(frozen=True)
class Consent:
    """What may be done with the rows of users who have not consented to personalised advertising.

    Attributes:
        profile: Whether their profile columns are used.
        behaviour: Whether their browsing and buying is used.
        personalised_training: Whether models are trained on their rows.
        totals: Whether they are counted in totals, where nobody can be told apart.
    """

    profile: bool
    behaviour: bool
    personalised_training: bool
    totals: bool


@dataclass(frozen=True)
class Role:
    """One role.

    Attributes:
        name: `analyst`, `auditor` or `approver`.
        users: Operating-system users who have it; `*` stands for everyone who can read the store's folder.
        may: Actions of the access log that it allows.
    """

    name: str
    users: tuple[str, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """The whole policy.

    Attributes:
        without_consent: What may be done without consent.
        retention_days: Days that rows of a table, or a record such as `access_log`, are kept.
        roles: Roles by name.
    """

    without_consent: Consent
    retention_days: Mapping[str, int]
    roles: Mapping[str, Role]

    def allows(self, user: str, action: str) -> bool:
        """Say whether an operating-system user may do something, by any of their roles."""
        held = [role for role in self.roles.values() if "*" in role.users or user in role.users]
        return any(action in role.may for role in held)


def read_policy(path: Path | None = None) -> Policy:
    """Read a policy.

    Args:
        path: A TOML file; `data/policy.toml` by default.

    Returns:
        The policy.

    Raises:
        InputError: If the file cannot be read or leaves something open: what it does not say is not assumed.

    Example:
        >>> read_policy().without_consent.personalised_training
        False
    """
    file = path or shipped("data", "policy.toml")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        given = content["without_consent"]
        consent = Consent(**{name: _flag(given, name) for name in Consent.__dataclass_fields__})
        days = {name: int(number) for name, number in content["retention_days"].items()}
        roles = {name: _role(name, role) for name, role in content["roles"].items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise InputError(f"policy {file.name} cannot be read: it must be a TOML file") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            f"policy {file.name} must say [without_consent], [retention_days] and [roles.*] in full: "
            "compare it with the data/policy.toml that ships with the workbench"
        ) from None
    for name, number in days.items():
        check_at_least(number, 1, name=f"policy {file.name}: retention_days.{name}")
    return Policy(consent, days, roles)


def _flag(given: Mapping[str, object], name: str) -> bool:
    flag = given[name]
    if not isinstance(flag, bool):
        raise TypeError
    return flag


def _role(name: str, given: Mapping[str, object]) -> Role:
    users, may = given["users"], given["may"]
    if not isinstance(users, list) or not isinstance(may, list) or not set(may) <= set(ACTIONS):
        raise TypeError
    return Role(name, tuple(map(str, users)), tuple(map(str, may)))
