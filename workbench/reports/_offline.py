"""Markdown for a notebook that is passed on: whichever program shows it, nothing is fetched and no link leads away.

The page turns Markdown into HTML that it trusts. A notebook keeps Markdown, so here it is written anew from what was
understood of it: pictures and links by name, raw HTML as text, addresses as code, which no program makes a link of.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import mistune
from mistune.core import BlockState
from mistune.plugins import import_plugin
from mistune.renderers.markdown import MarkdownRenderer

__all__ = ["offline_markdown", "plain_markdown"]

# Words that some program makes a link or a formula of, escaped or not.
_ACTIVE = re.compile(r"[\\$@]|:/|mailto:|www\.", re.IGNORECASE)
_MARKS = re.compile(r"[`*\[\]<>|~&!^]|(?<!\w)_|_(?!\w)")
_FIRST = re.compile(r"(?m)^(\s*)(#{1,6}|[-+=:]+|\d{1,9}[.)])(?=\s|$)")
_OWN_TARGET = re.compile(r"#[\w-]+")
_LANGUAGE = re.compile(r"[\w+-]{1,20}")


def plain_markdown(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is, on one line.

    Args:
        text: For example a name that somebody chose.

    Returns:
        Markdown.

    Example:
        >>> print(plain_markdown("1. *CTR* <b> of user_id"))
        1\. \*CTR\* \<b\> of user_id
        >>> print(plain_markdown("see http://a.example now"))
        see `http://a.example` now
    """
    return _escaped(" ".join(text.split()))


def offline_markdown(text: str) -> str:
    r"""Write an author's Markdown anew, without anything that could be fetched or followed.

    Args:
        text: Markdown with tables.

    Returns:
        Markdown of the same meaning.

    Example:
        >>> print(offline_markdown("*CTR* ![logo](http://a.example/p.png) [more](http://a.example)"))
        *CTR* *picture: logo* more (`http://a.example`)
    """
    plugins: list[Any] = [import_plugin(name) for name in ("table", "strikethrough")]
    return str(mistune.Markdown(renderer=_Offline(), plugins=plugins)(text)).strip()


class _Offline(MarkdownRenderer):
    """Writes what mistune has read; the types of its methods are mistune's own."""

    def render_tokens(self, tokens: Iterable[dict[str, Any]], state: BlockState) -> str:
        written = ""
        for token in _joined(tokens):
            piece = self.render_token(token, state)
            # Two runs of backticks side by side would be read as one.
            written += f" {piece}" if written.endswith("`") and piece.startswith("`") else piece
        return written

    def render_referrences(self, state: BlockState) -> Iterable[str]:  # noqa: ARG002 - mistune's own name
        return ()

    def text(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002 - mistune's own signature
        return _escaped(token["raw"])

    def link(self, token: dict[str, Any], state: BlockState) -> str:
        text, url = self.render_children(token, state), str(token["attrs"]["url"])
        if _OWN_TARGET.fullmatch(url):
            return f"[{text}]({url})"
        shown = _code(url)
        return shown if text in {shown, _escaped(url)} else f"{text} ({shown})"

    def image(self, token: dict[str, Any], state: BlockState) -> str:
        title = token["attrs"].get("title")
        return f"*picture: {_escaped(title) if title else self.render_children(token, state) or 'without a name'}*"

    def codespan(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002 - as above
        return _code(unescape(token["raw"]))

    def block_html(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002 - as above
        return f"{plain_markdown(token['raw'])}\n\n"

    def block_code(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002 - as above
        raw = str(token["raw"]).rstrip("\n")
        language = _LANGUAGE.match(str(token.get("attrs", {}).get("info") or ""))
        fence = "`" * max(3, _longest_run(raw) + 1)
        return f"{fence}{language[0] if language else ''}\n{raw}\n{fence}\n\n"


def _joined(tokens: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Join neighbouring texts, so that no word is read in parts; raw HTML is text like any other."""
    text = ""
    for token in tokens:
        if token["type"] in {"text", "inline_html"}:
            text += unescape(token["raw"]) if token["type"] == "text" else token["raw"]
            continue
        if text:
            yield {"type": "text", "raw": text}
            text = ""
        yield token
    if text:
        yield {"type": "text", "raw": text}


def _escaped(text: str) -> str:
    words = re.split(r"(\s+)", text)
    written = "".join(_code(word) if _ACTIVE.search(word) else _MARKS.sub(r"\\\g<0>", word) for word in words)
    return _FIRST.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", written)


def _code(text: str) -> str:
    inside = " ".join(text.split())
    fence = "`" * (_longest_run(inside) + 1)
    apart = " " if inside[:1] == "`" or inside[-1:] == "`" or not inside else ""
    return f"{fence}{apart}{inside}{apart}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)
