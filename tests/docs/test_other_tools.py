"""Each example of docs/for-other-tools.md does something, over a real database, with the pages up."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn

from docs.generate import FOLDER
from monitor.browse.serve import application, listening
from tests.fill import Folder, fill

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
TEXT = (FOLDER / "for-other-tools.md").read_text("utf-8")
EXAMPLES = [
    pytest.param(language, code, id=f"{title} ({language})")
    for title, section in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    made = fill(tmp_path_factory.mktemp("tools") / "folder")
    with closing(sqlite3.connect(made.database)) as connection, connection:
        # So that there is something of everything: a story of two outlets.
        one, two = (
            row[0]
            for row in connection.execute(
                "SELECT id FROM article WHERE verdict = 'likely' AND copy_of_id IS NULL AND origin = 'feed' LIMIT 2"
            )
        )
        connection.execute(
            "INSERT INTO story (uid, title, articles, own_text_outlets) VALUES ('stest', 'A story', 2, 2)"
        )
        connection.execute(
            "UPDATE article SET story_id = (SELECT id FROM story WHERE uid = 'stest') WHERE id IN (?, ?)", (one, two)
        )
    return made


@pytest.fixture(scope="module")
def port(folder: Folder) -> Iterator[int]:
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application(folder.database).app(), log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_the_example_works(folder: Folder, port: int, language: str, code: str) -> None:
    if language == "sql":
        with closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True)) as connection:
            assert connection.execute(code).fetchall()
        return
    if "curl" in code and shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    binaries = Path(sys.executable).parent
    environ = {
        **os.environ,
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "KAZAN_TOKEN": "x",
        "COLUMNS": "200",
        "PYTHONPATH": str(FOLDER.parent),
        "LC_ALL": "C.UTF-8",
    }
    command = (
        [sys.executable, "-c", code]
        if language == "python"
        else ["bash", "-euo", "pipefail", "-c", code.replace("8001", str(port))]
    )
    done = subprocess.run(
        command, cwd=folder.path, env=environ, capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert len(done.stdout) > 20
    assert '"ok": false' not in done.stdout


def test_there_are_ten_tasks_at_least() -> None:
    assert len(re.findall(r"^## \d+\. ", TEXT, re.MULTILINE)) >= 10
