"""The policy file."""

from pathlib import Path

import pytest

from workbench.errors import InputError
from workbench.shipped import shipped
from workbench.store.policy import Consent, read_policy


def test_without_consent_people_are_only_counted() -> None:
    assert read_policy().without_consent == Consent(
        profile=False, behaviour=False, personalised_training=False, totals=True
    )


def test_roles_allow_what_they_list() -> None:
    policy = read_policy()
    assert set(policy.roles) == {"analyst", "auditor", "approver"}
    assert policy.allows("anyone", "load")
    assert not policy.allows("anyone", "release")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("profile = false", "", "in full"),
        ("profile = false", "profile = 0", "in full"),
        ('may = ["open", "release", "export"]', 'may = ["everything"]', "in full"),
        ("behaviour = 180", "behaviour = 0", "must be >= 1"),
        ("[retention_days]", "[retention", "must be a TOML file"),
    ],
)
def test_a_policy_that_leaves_something_open_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = shipped("data", "policy.toml").read_text()
    assert old in text
    (tmp_path / "policy.toml").write_text(text.replace(old, new))
    with pytest.raises(InputError, match=message):
        read_policy(tmp_path / "policy.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
