from pathlib import Path

from tests.monitor.cli.conftest import Run


def test_a_kind_that_is_not_there_is_wrong_usage_and_names_those_that_are(run: Run, tmp_path: Path) -> None:
    result = run("--db", tmp_path / "x.db", "backfill", "everything")

    assert result.code == 2
    assert (
        "'everything' is no kind of history; there are: feed, files, gaps, gdelt, related, sitemap, urls, wayback"
        in result.err
    )
    assert not (tmp_path / "x.db").exists()


def test_help_lists_the_kinds(run: Run) -> None:
    assert "  files " in run("backfill", "--help").out
