"""From a run of cells to sections: a heading of level 2 opens one, what follows belongs to it."""

import re
from dataclasses import dataclass, field

from markupsafe import Markup

from workbench.reports._markdown import passages
from workbench.reports.blocks import aside_block, code_block, prose_block, withheld_block
from workbench.reports.page import Section

__all__ = ["Outline"]

_FIRST = "In short"


class Outline:
    """Collects blocks into sections, in reading order.

    Attributes:
        title: The heading of level 1; empty while there was none.
    """

    def __init__(self) -> None:
        self.title = ""
        self._sections: list[_Open] = []
        self._early: list[str] = []

    def write(self, text: str, *, aside: bool = False) -> None:
        """Add the author's Markdown.

        Args:
            text: A Markdown cell.
            aside: Whether it says how we know, and is set apart.
        """
        for passage in passages(text):
            if passage.level == 1 and not self.title:
                self.title = passage.title
            elif passage.level:
                self.open(passage.title)
            if passage.text:
                self.add(aside_block(passage.text) if aside else prose_block(passage.text))

    def open(self, title: str) -> None:
        """Begin a section."""
        self._sections.append(_Open(title))

    def add(self, block: Markup) -> None:
        """Add a block to the section that is open."""
        self._current.blocks.append(block)

    def withhold(self, what: str, why: str) -> None:
        """Name a part that this section does not show; before the first section there is no place to name it in."""
        if self._sections:
            self._sections[-1].withheld.setdefault(why, []).append(what)

    def add_code(self, source: str) -> None:
        """Keep a cell's code for the end of its section; code before the first section waits for the last one."""
        if source.strip():
            (self._sections[-1].code if self._sections else self._early).append(source.strip())

    def close(self) -> tuple[Section, ...]:
        """The sections; at the end of each, what it withholds and its code, folded."""
        if self._sections:
            self._sections[-1].code.extend(self._early)
        made: list[Section] = []
        for section in self._sections:
            name = re.sub(r"[^\w]+", "-", section.title.lower()).strip("-") or "section"
            taken = sum(earlier.id.rpartition("--")[0] == name or earlier.id == name for earlier in made)
            blocks = [*section.blocks, *(withheld_block(what, why) for why, what in section.withheld.items())]
            blocks += [code_block("\n\n".join(section.code))] if section.code else []
            made.append(Section(f"{name}--{taken + 1}" if taken else name, section.title, tuple(blocks)))
        return tuple(made)

    @property
    def _current(self) -> "_Open":
        if not self._sections:
            self.open(_FIRST)
        return self._sections[-1]


@dataclass
class _Open:
    """A section that still takes blocks: the parts it withholds stand by their reason."""

    title: str
    blocks: list[Markup] = field(default_factory=list)
    withheld: dict[str, list[str]] = field(default_factory=dict)
    code: list[str] = field(default_factory=list)
