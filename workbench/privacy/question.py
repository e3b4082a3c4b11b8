"""The canonical question: what was asked, down to the noise, so that the same question always meets the same answer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from workbench.privacy.keys import PublicKeys
from workbench.privacy.measures import Measured
from workbench.privacy.noise import Kind, Noise
from workbench.privacy.predicates import Predicate
from workbench.privacy.rows import PrivateRows

__all__ = ["Asked", "Presentation", "Question", "canonical_json", "digest"]

NEIGHBOURS = "one user's rows, all of them, added or removed"


@dataclass(frozen=True)
class Asked:
    """One measure with the noise it is drawn with.

    Attributes:
        measured: The measure in whole units.
        noise: Law of the noise of every cell.
        rho_nano: What it costs, in billionths of rho.
    """

    measured: Measured
    noise: Noise
    rho_nano: int

    def content(self) -> dict[str, object]:
        """Plain values that say the same."""
        noise = {"noise": self.noise.kind, "scale": self.noise.scale, "rho_nano": self.rho_nano}
        return {**self.measured.content(), **noise}

    @classmethod
    def from_content(cls, content: Mapping[str, object]) -> "Asked":
        """Read what `content` wrote."""
        kind: Kind = "gaussian" if content["noise"] == "gaussian" else "laplace"
        noise = Noise(kind, float(str(content["scale"])))
        return cls(Measured.from_content(content), noise, int(str(content["rho_nano"])))


@dataclass(frozen=True)
class Question:
    """A question in canonical form: keys by column, measures sorted and none twice, names of measures left out.

    Attributes:
        rows: How the table is read.
        data_id: Name of the version of the data: random file names, not content.
        where: Condition on a row; None keeps all.
        keys: The cells.
        limit: Most rows of one person.
        asked: The measures, each with its noise.
    """

    rows: PrivateRows
    data_id: str
    where: Predicate | None
    keys: PublicKeys
    limit: int
    asked: tuple[Asked, ...]

    @property
    def rho_nano(self) -> int:
        """What it costs in all, in billionths of rho."""
        return sum(asked.rho_nano for asked in self.asked)

    @cached_property
    def content(self) -> str:
        """Canonical JSON, as the ledger keeps it."""
        return canonical_json(
            {
                "table": self.rows.table,
                "unit": self.rows.unit,
                "neighbours": NEIGHBOURS,
                "data": self.data_id,
                "where": self.where.content() if self.where else None,
                "keys": self.keys.content(),
                "limit": self.limit,
                "measures": [asked.content() for asked in self.asked],
            }
        )

    @cached_property
    def qkey(self) -> str:
        """SHA-256 of the canonical JSON, hex."""
        return digest(self.content)


@dataclass(frozen=True)
class Presentation:
    """How an answer is shown: free to choose anew for the same answer, and part of a release's id.

    Attributes:
        per: Key columns in the order shown.
        names: Name -> index of the measure among the question's, or the two names of a ratio.
        where: The condition in words; empty where there is none.
    """

    per: tuple[str, ...]
    names: Mapping[str, int | tuple[str, str]]
    where: str

    def content(self, qkey: str) -> str:
        """Canonical JSON, as the ledger keeps it."""
        names = [[name, list(shown) if isinstance(shown, tuple) else shown] for name, shown in self.names.items()]
        return canonical_json({"question": qkey, "per": list(self.per), "names": names, "where": self.where})

    def release_id(self, qkey: str) -> str:
        """Id of the release: 32 hex characters."""
        return digest(self.content(qkey))[:32]

    @classmethod
    def from_content(cls, content: str) -> "Presentation":
        """Read what `content` wrote."""
        read = json.loads(content)
        names = {name: (shown[0], shown[1]) if isinstance(shown, list) else int(shown) for name, shown in read["names"]}
        return cls(tuple(read["per"]), names, read["where"])


def canonical_json(content: object) -> str:
    """Write plain values so that equal ones give equal text.

    Example:
        >>> canonical_json({"b": 1, "a": [True, None]})
        '{"a":[true,null],"b":1}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
