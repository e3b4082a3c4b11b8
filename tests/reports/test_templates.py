"""Templates: found by name or path, filled with checked values."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.reports.templates import find_template

Write = Callable[..., Path]
PARAMETERS = ("code", "store_folder = 'x'\ntitle = 'Review'\nlimit = 10\nstrict = True\nrate = 0.5", ["parameters"])


def test_a_shipped_template_is_found_by_name() -> None:
    template = find_template("campaign-review")
    assert template.title == "Campaign review"
    assert {"store_folder", "run_id", "audience", "title", "prepared_by", "epsilon"} <= template.defaults.keys()


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'campaign-review'"):
        find_template("campain-review")


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        find_template(tmp_path / "none.ipynb")
    broken = tmp_path / "broken.ipynb"
    for text in ("", "{}", "[1, 2]", "not json"):
        broken.write_text(text)
        with pytest.raises(InputError, match="must be a Jupyter notebook"):
            find_template(broken)


def test_values_are_put_after_the_parameters(write_template: Write) -> None:
    path = write_template(("text", "# T", []), PARAMETERS, ("code", "title", []))
    filled, places = find_template(path).filled({"title": "it's ”new”"})
    assert places == [1, 2, None, 3]
    scope: dict[str, object] = {}
    exec(filled.cells[1].source + "\n" + filled.cells[2].source, scope)  # noqa: S102
    assert scope["title"] == "it's ”new”"


def test_text_from_a_command_line_takes_the_type_of_the_default(write_template: Write) -> None:
    template = find_template(write_template(PARAMETERS))
    given = {"limit": "20", "strict": "false", "rate": "1", "title": "7"}
    assert template.checked(given) == {"limit": 20, "strict": False, "rate": 1, "title": "7"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"titel": "x"}, "did you mean 'title'"),
        ({"store_folder": "x"}, "parameter == 'store_folder'"),
        ({"limit": "many"}, "must be of type int"),
        ({"limit": True}, "must be of type int"),
        ({"title": 3}, "must be of type str"),
    ],
)
def test_other_values_are_refused(given: dict[str, object], problem: str, write_template: Write) -> None:
    with pytest.raises(InputError, match=problem):
        find_template(write_template(PARAMETERS)).checked(given)
