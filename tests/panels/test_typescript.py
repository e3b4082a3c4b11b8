"""Both halves of every panel speak the same words: the browser's types are those of the kernel, to the letter."""

import json
import re
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest

from workbench.panels.open import PANELS
from workbench.panels.protocol import Request
from workbench.panels.typescript import contracts, typescript

WIDGETS = Path(__file__).parents[2] / "widgets" / "src"


def test_the_generated_types_are_up_to_date() -> None:
    for path, module in contracts().items():
        assert path.read_text(encoding="utf-8") == typescript(module), (
            f"run python -m workbench.panels.typescript: {path}"
        )


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_both_halves_and_its_words(name: str) -> None:
    file = name.replace("_", "-")
    assert (WIDGETS.parents[1] / "workbench" / "panels" / f"{name}.py").is_file()
    assert (WIDGETS / f"{file}.tsx").is_file()
    assert "title" in json.loads((WIDGETS / "messages" / f"{file}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((WIDGETS / "messages").glob("*.json")), ids=lambda path: path.stem)
def test_every_message_is_said_in_both_languages(path: Path) -> None:
    for key, said in json.loads(path.read_text(encoding="utf-8")).items():
        assert set(said) == {"en", "zh"}, key
        assert all(said.values()), key
        values = [sorted(re.findall(r"\{(\w+)\}", text)) for text in said.values()]
        assert values[0] == values[1], f"{key} names different values"


def test_types_are_written_as_typescript() -> None:
    @dataclass(frozen=True)
    class Ask(Request):
        """Asks."""

        names: tuple[str, ...]
        kind: Literal["a", "b"] | None
        figures: dict[str, float]

    module = ModuleType("example")
    Ask.__module__ = "example"
    module.Ask = Ask  # type: ignore[attr-defined]
    assert typescript(module).split("\n", 2)[2] == (
        "/** Asks. */\nexport interface Ask {\n"
        '  readonly request: "Ask";\n'
        "  readonly names: readonly string[];\n"
        '  readonly kind: "a" | "b" | null;\n'
        "  readonly figures: Readonly<Record<string, number>>;\n}\n"
    )


def test_what_cannot_be_sent_is_refused() -> None:
    module = ModuleType("example")
    module.Bad = make_dataclass("Bad", [("rows", bytes)], namespace={"__module__": "example"})  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="cannot be sent"):
        typescript(module)
