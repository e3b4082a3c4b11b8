"""Pseudonyms against Python's own HMAC, and the keeping of the key."""

import hashlib
import hmac
import stat
from pathlib import Path
from secrets import token_hex

import pytest

from workbench.errors import StoreError
from workbench.store._duckdb import connection
from workbench.store.home import home
from workbench.store.pseudonyms import PseudonymKey, create_key, key_path, pseudonym_sql, read_key

RAW = ["", "u1", "alice@shop.com", "用户甲", "x" * 200, "it's", "a\x00b"]


@pytest.mark.parametrize("raw", RAW)
def test_sql_and_python_agree_with_hmac(raw: str) -> None:
    key = PseudonymKey(bytes(range(32)))
    expected = hmac.new(bytes(range(32)), raw.encode(), hashlib.sha256).hexdigest()[:32]
    assert key.pseudonym(raw) == expected
    with connection() as opened:
        key.lend(opened)
        row = opened.execute(f"SELECT {pseudonym_sql('$raw')}", {"raw": raw}).fetchone()
    assert row == (expected,)


def test_rfc_4231_case_2_cut_to_16_bytes() -> None:
    # RFC 4231, part 4.3: key "Jefe", data "what do ya want for nothing?"; HMAC pads short keys with zeros.
    key = PseudonymKey(b"Jefe".ljust(32, b"\0"))
    assert key.pseudonym("what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c7"


def test_nothing_shows_the_key() -> None:
    key = PseudonymKey(b"secret-secret-secret-secret-1234")
    assert "secret" not in repr(key).replace("PseudonymKey", "")
    assert b"secret" not in repr(key).encode()


def test_a_key_is_private_and_never_replaced() -> None:
    lineage = token_hex(16)
    key = create_key(lineage)
    assert read_key(lineage) == key
    assert key_path(lineage).parent == home() / "keys"
    assert stat.S_IMODE(key_path(lineage).stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path(lineage).parent.stat().st_mode) == 0o700
    with pytest.raises(StoreError, match="cannot be kept"):
        create_key(lineage)
    assert read_key(lineage) == key
    assert not list(key_path(lineage).parent.glob("*.new"))


def test_a_key_others_may_read_is_refused() -> None:
    lineage = token_hex(16)
    create_key(lineage)
    key_path(lineage).chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        read_key(lineage)


def test_a_missing_or_cut_key_is_an_error_not_a_new_key() -> None:
    lineage = token_hex(16)
    with pytest.raises(StoreError, match="copy it there"):
        read_key(lineage)
    assert not key_path(lineage).exists()
    create_key(lineage)
    key_path(lineage).write_bytes(b"short")
    with pytest.raises(StoreError, match="has 5 bytes, must have 32"):
        read_key(lineage)


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="set WORKBENCH_HOME"):
        create_key(token_hex(16))
