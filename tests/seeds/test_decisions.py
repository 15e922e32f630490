import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds import decisions

SEEN = {"do": "seen", "uid": "abcdefghjk", "at": "2026-11-21T12:00:00Z", "key": "a.example/1", "by": "user"}


def test_a_decision_is_a_line_with_its_keys_in_order(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    decisions.append(path, {**SEEN, "because": "", "title": "Ещё одна камера"})

    assert path.read_text("utf-8") == (
        '{"at": "2026-11-21T12:00:00Z", "do": "seen", "uid": "abcdefghjk", "key": "a.example/1",'
        ' "title": "Ещё одна камера", "by": "user"}\n'
    )


def test_lines_are_only_added(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    decisions.append(path, SEEN)
    before = path.read_bytes()
    decisions.append_all(path, [{**SEEN, "do": "yes"}, {**SEEN, "do": "no"}])
    decisions.append_all(path, [])

    assert path.read_bytes().startswith(before)
    assert [d["do"] for d in decisions.read(path).decisions] == ["seen", "yes", "no"]


def test_a_line_that_was_cut_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(b'{"do": "se')
    decisions.append(path, SEEN)
    log = decisions.read(path)

    assert log.decisions == [SEEN]
    assert [number for number, _ in log.problems] == [1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"nonsense", "is not JSON"),
        (b"[1]", "is not an object"),
        (b'{"at": "x"}', "needs the key `do`"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_bad_lines_are_named_and_the_others_read(tmp_path: Path, line: bytes, words: str) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"do": "seen"}\r\n\n' + line + b'\n{"do": "yes"}')
    log = decisions.read(path)

    assert [d["do"] for d in log.decisions] == ["seen", "yes"]
    assert [number for number, _ in log.problems] == [3]
    assert words in log.problems[0][1]


def test_a_missing_file_holds_nothing(tmp_path: Path) -> None:
    assert decisions.read(tmp_path / "none.jsonl") == decisions.Log()


def test_a_new_file_is_its_owners_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "below" / "new.jsonl"
    old.touch(0o644)
    old.chmod(0o644)
    umask = os.umask(0)
    try:
        decisions.append(old, SEEN)
        decisions.append(new, SEEN)
    finally:
        os.umask(umask)

    assert stat.S_IMODE(old.stat().st_mode) == 0o644
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()), max_size=5), st.text(min_size=1))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, more: dict, do: str) -> None:
    path = tmp_path_factory.mktemp("log") / "decisions.jsonl"
    decision = {**{k: v for k, v in more.items() if k not in SEEN and k not in {"because", "title", "watch"}}, "do": do}
    decisions.append(path, decision)

    assert decisions.read(path) == decisions.Log([decision])
    assert path.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], "data/decisions.jsonl"),
        (["seeds", "other"], "seeds/decisions.jsonl"),
        (["missing"], "missing/decisions.jsonl"),
        (["seeds/one.md"], "seeds/decisions.jsonl"),
        (["elsewhere/missing.txt"], "elsewhere/decisions.jsonl"),
    ],
)
def test_where_the_file_is(tmp_path: Path, paths: list[str], expected: str) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").touch()

    assert decisions.journal([tmp_path / p for p in paths], tmp_path / "data" / "x.db") == tmp_path / expected
