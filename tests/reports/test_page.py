"""The page: one file that asks for nothing."""

import base64
import hashlib
import re

from markupsafe import Markup

from workbench.reports.page import Cover, Fact, Page, Section, render

PAGE = Page(
    Cover("Spring <sale>", "shared", "may be passed on", "3 < 4 & 5", (Fact("Period", "<b>March</b>"),)),
    (Section("what-ran", "What <ran>?", (Markup("<p>ready</p>"),)),),
    "the end",
)


def test_texts_are_escaped_and_blocks_are_not() -> None:
    html = render(PAGE)
    assert "<h1>Spring &lt;sale&gt;</h1>" in html
    assert "&lt;b&gt;March" in html
    assert "<p>ready</p>" in html
    assert html.count("What &lt;ran&gt;?") == 2  # in the contents and over the section


def test_no_request_is_possible() -> None:
    html = render(PAGE)
    assert re.search(r"content=\"default-src (&#39;|')none", html)
    assert not re.search(r"https?://|//cdn|@import|url\(", html)


def test_the_policy_names_the_one_script() -> None:
    html = render(PAGE)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" in html


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render(PAGE) == render(PAGE)
