"""Pseudonyms of people and devices: keyed, so that nobody without the key can test a guess.

A pseudonym is HMAC-SHA-256 of the raw identifier, cut to 16 bytes and written as 32 hex characters. The same person has
the same pseudonym in every table of one store and another one in every other store. The key lies outside the store.
"""

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

import duckdb

from workbench.errors import StoreError
from workbench.schema import TABLES
from workbench.store.home import home, private_folder

__all__ = ["PseudonymKey", "create_key", "is_personal", "key_path", "pseudonym_sql", "read_key"]

KEY_BYTES = 32
BLOCK_BYTES = 64
_PERSONAL = frozenset(column.name for table in TABLES.values() for column in table.columns if column.personal)


@dataclass(frozen=True)
class PseudonymKey:
    """A store's key.

    Attributes:
        secret: 32 random bytes; never shown.
    """

    secret: bytes = field(repr=False)

    def pseudonym(self, raw: str) -> str:
        """Compute the pseudonym of one raw identifier.

        Args:
            raw: The identifier as the log writes it.

        Returns:
            32 hex characters.

        Source:
            FIPS 198-1 (HMAC) with SHA-256, cut to 16 bytes as NIST SP 800-107 part 5.1 allows.

        Example:
            >>> PseudonymKey(bytes(32)).pseudonym("user-1")
            '0db11465ff5d649790db1f2b4e1427c4'
        """
        return hmac.new(self.secret, raw.encode(), hashlib.sha256).hexdigest()[:32]

    def lend(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give a connection what `pseudonym_sql` needs, as variables: no SQL text, hence no error, can hold it.

        Args:
            connection: A connection that lives no longer than the load.
        """
        block = self.secret.ljust(BLOCK_BYTES, b"\0")
        connection.execute("SET VARIABLE inner_pad = ?", [bytes(byte ^ 0x36 for byte in block)])
        connection.execute("SET VARIABLE outer_pad = ?", [bytes(byte ^ 0x5C for byte in block)])


def pseudonym_sql(raw: str) -> str:
    """Write the pseudonym of an SQL expression, for a connection that was lent the key.

    Args:
        raw: An SQL expression of type VARCHAR.

    Returns:
        An SQL expression of type VARCHAR; NULL stays NULL.
    """
    inner = f"unhex(sha256(getvariable('inner_pad') || encode({raw})))"
    return f"sha256(getvariable('outer_pad') || {inner})[1:32]"


def is_personal(column: str) -> bool:
    """Whether a column names people: one that does in any canonical table does so in all, whichever declare it.

    Example:
        >>> is_personal("user_id"), is_personal("device")
        (True, False)
    """
    return column.lower() in _PERSONAL


def key_path(lineage_id: str) -> Path:
    """Say where the key of a store lies: `keys/LINEAGE.key` in the workbench's home."""
    return home() / "keys" / f"{lineage_id}.key"


def create_key(lineage_id: str) -> PseudonymKey:
    """Draw the key of a new store and keep it, readable by its owner alone.

    Args:
        lineage_id: The store's lineage.

    Returns:
        The key.

    Raises:
        StoreError: If there is one already or it cannot be kept.
    """
    path = key_path(lineage_id)
    private_folder(path.parent)
    secret = token_bytes(KEY_BYTES)
    draft = path.with_suffix(".new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # Unlike a rename, a link never replaces a key that is there.
        finally:
            draft.unlink()
    except OSError as error:
        raise StoreError(
            f"the key of this store cannot be kept at {path} ({error.strerror}): "
            "set WORKBENCH_HOME to a folder that you own and can write to"
        ) from None
    return PseudonymKey(secret)


def read_key(lineage_id: str) -> PseudonymKey:
    """Read the key of an existing store. A missing key is never replaced: new pseudonyms would not match the old.

    Args:
        lineage_id: The store's lineage.

    Returns:
        The key.

    Raises:
        StoreError: If it is missing, damaged, or others than its owner may read it.
    """
    path = key_path(lineage_id)
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except FileNotFoundError:
        raise StoreError(
            f"the key of this store is not at {path}: copy it there from the machine that made the store "
            "(or set WORKBENCH_HOME); without it people's identifiers cannot be matched"
        ) from None
    except OSError as error:
        raise StoreError(f"the key of this store at {path} cannot be read ({error.strerror}): make it yours") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise StoreError(f"others may read the key at {path}, must be its owner alone: run chmod 600 on it")
    if len(secret) != KEY_BYTES:
        raise StoreError(f"the key at {path} has {len(secret)} bytes, must have {KEY_BYTES}: copy it again")
    return PseudonymKey(secret)
