"""Every page, link, table and question answers, whoever follows them: over some thousand articles, and over none."""

from __future__ import annotations

import pytest

from monitor.browse.canned import QUESTIONS
from tests.monitor.browse.crawl import Crawl, crowded
from tests.monitor.browse.newsroom import Newsroom

OWN = {"article", "story", "watch", "seed", "outlet", "feed", "feeds", "search", "follow", "spreadsheet"}


@pytest.mark.slow
@pytest.mark.parametrize("count", [2_000, 0])
async def test_whatever_is_linked_answers(opened, tmp_path, count):
    path = tmp_path / "seedwatch.db"
    if count:
        crowded(path, count, days=1)
    else:
        Newsroom(path).close()
    crawl = Crawl(await opened(path), each=1)
    await crawl.run("/")

    assert [(one.status, one.address, one.words, one.found_on) for one in crawl.visited if one.status != 200] == []
    kinds = {one.kind.partition("?")[0] for one in crawl.visited}
    assert {f"/seedwatch/{name}" for name in QUESTIONS} <= kinds
    if count:
        assert {kind.split("/")[3] for kind in kinds if kind.startswith("/-/seedwatch/")} >= OWN
