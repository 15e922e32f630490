import json
import sqlite3
import subprocess
import sys

import pytest

from db.schema import APPLICATION_ID, SCHEMA_VERSION
from db.store import Store
from docs.generate import FOLDER, cli_markdown, schema_markdown


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The pages, made in a process of its own: click remembers of each command how its help was first asked for."""
    code = "import json; from docs.generate import pages; print(json.dumps(dict(pages())))"
    done = subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parent, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["schema.md", "settings.md", "cli.md"])
def test_a_generated_page_is_up_to_date(made: dict[str, str], name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == made[name], "run `python -m docs.generate`"


def test_the_figures_of_the_schema_are_the_real_ones() -> None:
    assert f"is {APPLICATION_ID} (" in schema_markdown()
    assert f"now {SCHEMA_VERSION}." in schema_markdown()


def test_every_documented_column_is_there_and_every_column_documented(tmp_path) -> None:
    from db.views import VIEWS

    Store(tmp_path / "x.db").close()
    connection = sqlite3.connect(tmp_path / "x.db")
    for view in VIEWS:
        columns = [row[0] for row in connection.execute(f"SELECT * FROM {view.name} LIMIT 0").description]

        assert columns == list(view.columns), view.name
    connection.close()


def test_the_command_line_has_every_command() -> None:
    text = cli_markdown()

    for command in ("items search", "seeds check", "feeds add", "db schema", "export", "why", "doctor"):
        assert f"`seedwatch {command}`" in text
