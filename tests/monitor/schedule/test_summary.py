"""A round in sentences."""

import json
from pathlib import Path

import pytest

from monitor.schedule.recorder import Report
from monitor.schedule.summary import Summary
from tests.program import Project, item, rss
from tests.web import Web

ADDRESS = "https://example.org/feed.xml"


def said(*reports: Report) -> list[str]:
    return Summary(list(reports)).lines(None)


def test_one_is_one() -> None:
    assert said(Report(ADDRESS, "new", new=1))[0] == "1 feed asked, 0 failed. 1 new item: 0 likely related, 0 maybe."
    assert "2 new items:" in said(Report(ADDRESS, "new", new=2))[0]


def test_a_feed_is_called_by_its_name_where_it_is_known() -> None:
    failed = Report(ADDRESS, "failed", error="dns", problem="dns", message="No such host.", name="Metro Herald")
    part = Report(ADDRESS, "unchanged", problem="degraded", message="Degraded: The document is cut off.")

    assert said(failed)[1] == "  failed: Metro Herald: No such host."
    assert said(part)[1] == f"  {ADDRESS}: Degraded: The document is cut off."


@pytest.mark.slow
def test_why_a_feed_is_read_in_part_is_said_every_time(tmp_path: Path) -> None:
    cut = rss(item("One", "https://one.example/1"), item("Two", "https://one.example/2"))
    cut = cut[: cut.index(b"Two") + 3]
    with Web() as web:
        project = Project(tmp_path, [{"url": web.answer("/cut", cut)}])
        for _ in range(2):
            (unwell,) = json.loads(project.run("poll", "--all", "--json").out)["unwell"]
            assert unwell["message"] == "Degraded: The document is cut off; what came before was read."
