"""One page that stands alone: cover, contents, sections, with a policy that forbids every request."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

__all__ = ["FOOTER", "Cover", "Fact", "Page", "Section", "render"]

FOOTER = "Made with Campaign Workbench. This page needs no network and asks for none."


@dataclass(frozen=True)
class Fact:
    """One line of the cover or of the provenance.

    Attributes:
        label: What is stated.
        value: The statement, plain text.
    """

    label: str
    value: str


@dataclass(frozen=True)
class Cover:
    """What a reader sees first.

    Attributes:
        title: The report's name, plain text.
        audience: `internal` or `shared`.
        reading: Who may read it, in a few words.
        answer: The answer in one sentence, plain text; empty where none could be given.
        facts: Period, who prepared it, data version.
    """

    title: str
    audience: str
    reading: str
    answer: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Section:
    """One question and what answers it.

    Attributes:
        id: Anchor, unique on the page.
        title: The question, plain text.
        blocks: Ready HTML, each made by a function of this room that escapes or sanitises what it is given.
    """

    id: str
    title: str
    blocks: tuple[Markup, ...]


@dataclass(frozen=True)
class Page:
    """A whole report before it becomes HTML.

    Attributes:
        cover: What a reader sees first.
        sections: In reading order.
        footer: One line at the end.
        language: BCP 47 tag, for example `en`.
    """

    cover: Cover
    sections: tuple[Section, ...]
    footer: str
    language: str = "en"


def render(page: Page) -> str:
    """Write a page as one HTML file with no reference to anything outside.

    Args:
        page: What to write.

    Returns:
        The HTML. The same page gives the same text.

    Example:
        >>> page = Page(Cover("Spring <sale>", "shared", "may be passed on", "", ()), (), "")
        >>> "Spring &lt;sale&gt;" in render(page)
        True
    """
    script = _part("page.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(_part("page.html.j2"))
    style, script_text = Markup(_part("page.css")), Markup(script)  # noqa: S704 our own files
    return template.render(page=page, policy=policy, style=style, script=script_text)


@cache
def _part(name: str) -> str:
    return files("workbench.reports").joinpath(name).read_text(encoding="utf-8")
