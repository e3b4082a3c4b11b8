"""What an output may bring onto an internal page: marks on paper, nothing that runs, fetches or reaches outside.

Both functions keep a list of what is allowed; everything else goes, known or not.
"""

import re
from hashlib import sha256
from xml.etree import ElementTree as ET

import bleach  # type: ignore[import-untyped]  # bleach ships no types
import defusedxml.ElementTree  # type: ignore[import-untyped]  # defusedxml ships no types
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]  # as above
from bs4 import BeautifulSoup, Tag
from defusedxml import DefusedXmlException

__all__ = ["clean_html", "clean_svg"]

_TEXT_TAGS = (
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "dl",
    "dt",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
)
_MORE_TEXT = (
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "ul",
    "details",
    "div",
    "figcaption",
    "figure",
    "summary",
)
_TABLE_TAGS = ("caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "img")
_TAGS = frozenset((*_TEXT_TAGS, *_MORE_TEXT, *_TABLE_TAGS))
_DROPPED_WHOLE = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "template",
    "noscript",
    "svg",
    "math",
    "head",
    "title",
)
_CSS = CSSSanitizer(allowed_css_properties=["text-align"])
_FIGURE = re.compile(r"[+−-]?[\d.,]+%?|–|no data")
_PNG = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")

_SVG = "http://www.w3.org/2000/svg"
_FORMS = (
    "circle",
    "ellipse",
    "g",
    "line",
    "path",
    "polygon",
    "polyline",
    "rect",
    "svg",
    "text",
    "tspan",
    "title",
    "desc",
)
_PAINT = ("clipPath", "defs", "linearGradient", "marker", "mask", "pattern", "radialGradient", "stop", "symbol", "use")
_SHAPES = frozenset((*_FORMS, *_PAINT))
_OWN_TARGET = re.compile(r"url\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")


def clean_html(html: str) -> str:
    """Keep tables and text of an HTML output; drop scripts, handlers, links, frames and foreign pictures.

    Args:
        html: What a cell showed.

    Returns:
        HTML without any reference to anything outside it.

    Example:
        >>> clean_html('<p onclick="x()">3 % <script>alert(1)</script><img src="https://a.example/p.gif"></p>')
        '<p>3 % <img></p>'
    """
    tree = BeautifulSoup(html, "html.parser")
    for tag in tree(_DROPPED_WHOLE):
        tag.decompose()
    for table in tree("table"):
        _align(table)
    cleaned: str = bleach.clean(
        str(tree), tags=_TAGS, attributes=_allowed, protocols=["data"], css_sanitizer=_CSS, strip=True
    )
    return cleaned


def _align(table: Tag) -> None:
    """Stand figures, and the titles over them, at the right."""
    rows = [row("td") for row in table.select("tbody tr")]
    heads = table.select("thead th")
    for place, head in enumerate(heads):
        column = [row[place] for row in rows if len(row) == len(heads)]
        if column and all(_FIGURE.fullmatch(cell.get_text(strip=True)) for cell in column):
            for cell in (head, *column):
                cell["style"] = "text-align: right"


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        return tag == "img" and _PNG.fullmatch(value) is not None
    if name in {"colspan", "rowspan"}:
        return tag in {"td", "th"} and value.isdigit()
    return name in {"style", "class", "title", "alt", "scope", "open"}


def clean_svg(svg: str) -> str | None:
    """Keep the shapes and letters of an SVG; drop scripts, styles, foreign objects and references to anything outside.

    Ids get a prefix of their own, since several pictures stand on one page.

    Args:
        svg: The picture as text.

    Returns:
        The cleaned picture; None where it is no SVG or declares entities.

    Example:
        >>> clean_svg('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>1</script><path d="M0 0"/></svg>')
        '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" /></svg>'
    """
    try:
        root = defusedxml.ElementTree.fromstring(svg)
    except (ET.ParseError, DefusedXmlException, ValueError):
        return None
    if root.tag != f"{{{_SVG}}}svg":
        return None
    _clean_element(root, prefix=f"v{sha256(svg.encode()).hexdigest()[:8]}-")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _clean_element(element: ET.Element, *, prefix: str) -> None:
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        kept = _clean_attribute(name.rpartition("}")[2], value, prefix)
        if kept is not None:
            element.set(name.rpartition("}")[2], kept)
    for child in list(element):
        space, _, tag = str(child.tag).rpartition("}")
        if space == f"{{{_SVG}" and tag in _SHAPES:
            _clean_element(child, prefix=prefix)
        else:
            element.remove(child)


def _clean_attribute(name: str, value: str, prefix: str) -> str | None:
    if name == "href":
        return f"#{prefix}{value[1:]}" if value.startswith("#") else None
    if name.lower().startswith("on") or not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
        return None
    if name == "id":
        return prefix + value
    own = _OWN_TARGET.sub(lambda found: f"url(#{prefix}{found.group(1)})", value)
    foreign = "url(" in _OWN_TARGET.sub("", value).lower() or "\\" in value or "@import" in value.lower()
    return None if foreign or "javascript:" in value.lower() else own
