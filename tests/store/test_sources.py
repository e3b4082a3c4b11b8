"""Sources: the formats that ship, and mappings from files."""

from pathlib import Path

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.store.sources import read_source, source_names


@pytest.mark.parametrize("name", [name for name in source_names() if name != "generic"])
def test_every_shipped_source_follows_the_grammar(name: str) -> None:
    assert read_source(name).mapping.files
    assert read_source(name).title


def test_an_unknown_source_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'open-bandit'"):
        read_source("openbandit")


def test_generic_asks_for_a_mapping() -> None:
    with pytest.raises(InputError, match="no mapping of its own: give one"):
        read_source("generic")


def test_a_mapping_file_with_a_mistake_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    with pytest.raises(InputError, match="No such file"):
        read_source("generic", path)
    path.write_text("[[file]]\nname = \n")
    with pytest.raises(InputError, match=r"shop.toml is not TOML: .*line 2"):
        read_source("generic", path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_source("generic", path)


def test_the_example_of_the_data_readme_follows_the_grammar(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```toml\n")[1:]]
    assert blocks
    for block in blocks:
        (tmp_path / "example.toml").write_text(block)
        assert read_source("generic", tmp_path / "example.toml").mapping.files


def test_the_example_of_the_generic_source_follows_the_grammar(tmp_path: Path) -> None:
    lines = (Path(__file__).parents[2] / "data" / "sources" / "generic.toml").read_text().splitlines()
    (tmp_path / "example.toml").write_text("\n".join(line[4:] for line in lines if line.startswith("#   ")))
    tables = [table.table for table in read_source("generic", tmp_path / "example.toml").mapping.files[0].tables]
    assert tables == ["impressions", "clicks"]
