"""The notebook that is passed on: what an author or a name brings in is shown, not obeyed."""

from nbformat import NotebookNode

from workbench.reports.page import Fact
from workbench.reports.shared_notebook import SharedNotebook

AUTHOR = """## Why <b>now</b>?

![x](http://evil.example/track.png) <img src=http://evil.example/t2.png> [go](http://evil.example/a) *plain*

<script src="http://evil.example/s.js"></script>

[ref]: http://evil.example/r
"""


def sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_an_authors_text_loses_what_would_be_fetched() -> None:
    notes = SharedNotebook("![t](http://evil.example/title.png)")
    notes.write(AUTHOR)
    title, text = sources(notes.close())
    assert title == "# `![t](http://evil.example/title.png)`"
    assert text.splitlines() == [
        "## Why \\<b\\>now\\</b\\>?",
        "",
        "*picture: x* \\<img `src=http://evil.example/t2.png>` go (`http://evil.example/a`) *plain*",
        "",
        '\\<script `src="http://evil.example/s.js"></script>`',
    ]


def test_facts_answers_and_remarks_are_plain_text() -> None:
    notes = SharedNotebook("Review")
    notes.list([Fact("Values of <img src=x>", "device = '[a](http://evil.example)' | *b*"), Fact("one\n# two", "x")])
    notes.answer("CTR of ![p](q) rose")
    notes.remark("Not shown here: <i>.")
    assert sources(notes.close())[1:] == [
        "- Values of \\<img src=x\\>: device = `'[a](http://evil.example)'` \\| \\*b\\*\n- one # two: x",
        "**CTR of \\!\\[p\\](q) rose**",
        "*Not shown here: \\<i\\>.*",
    ]
