"""Keys of a release: every combination of declared public values, whether or not anyone falls into it.

Keys found in the data would tell who is there. Declared ones tell nothing, so a release has one cell for each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from workbench.checks import nearest_name
from workbench.errors import InputError, UnknownNameError
from workbench.store.public import PublicDomain, PublicValue, domain_from_json, domain_to_json

__all__ = ["MOST_CELLS", "PublicKeys", "public_keys"]

MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class PublicKeys:
    """The product of some public domains.

    Attributes:
        domains: One domain a column.
    """

    domains: tuple[PublicDomain, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns they are about, in order."""
        return tuple(domain.column for domain in self.domains)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values by column."""
        return tuple(len(domain.values) for domain in self.domains)

    @property
    def cells(self) -> int:
        """Number of combinations; 1 where there are no domains: the total."""
        return prod(self.shape)

    def combinations(self) -> list[tuple[PublicValue, ...]]:
        """All combinations, the last column running fastest."""
        return list(product(*(domain.values for domain in self.domains)))

    def ordered(self, columns: Sequence[str]) -> "PublicKeys":
        """The same keys with their columns in another order."""
        by_column = {domain.column: domain for domain in self.domains}
        return PublicKeys(tuple(by_column[column] for column in columns))

    def content(self) -> list[dict[str, object]]:
        """Plain values that say the same, for the canonical question."""
        return [{"name": domain.name, **domain_to_json(domain)} for domain in self.domains]

    @classmethod
    def from_content(cls, content: Sequence[Mapping[str, object]]) -> "PublicKeys":
        """Read what `content` wrote."""
        return cls(tuple(domain_from_json(str(entry["name"]), entry) for entry in content))


def public_keys(declared: Mapping[str, PublicDomain], names: Sequence[str]) -> PublicKeys:
    """Pick declared domains by name.

    Args:
        declared: The store's public domains.
        names: Which of them.

    Returns:
        Their product.

    Raises:
        UnknownNameError: If one is not declared.
        InputError: If two are about one column, or there are more than a million combinations.

    Example:
        >>> public_keys({"devices": PublicDomain("devices", "device", ("phone", "tv"))}, ["devices"]).combinations()
        [('phone',), ('tv',)]
    """
    for name in names:
        if name not in declared:
            near = nearest_name(name, declared)
            known = f"did you mean {near!r}? " if near else ""
            raise UnknownNameError(
                f"public domain {name!r} is not declared: {known}"
                f"declare it before looking at the data, store.declare({name!r}, <column>, [<all values>])"
            )
    keys = PublicKeys(tuple(declared[name] for name in names))
    if len(set(keys.columns)) < len(keys.columns):
        raise InputError(f"two of the public domains {', '.join(names)} are about one column, must be one a column")
    if keys.cells > MOST_CELLS:
        raise InputError(
            f"the keys have {keys.cells:,} cells, must be at most {MOST_CELLS:,}: take fewer or coarser keys"
        )
    return keys
