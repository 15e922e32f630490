"""What is large takes time and no memory."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from tests import past
from tests.program import Project
from tests.web import Web

pytestmark = pytest.mark.slow
_HEAD = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def long_sitemap(site: str, addresses: int) -> bytes:
    """A compressed sitemap, far beyond the 50,000 addresses of the protocol."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        file.write(_HEAD)
        for start in range(0, addresses, 1_000):
            file.write(
                b"".join(
                    b"<url><loc>%s/2021/05/03/harvest-report-from-the-valley-%d</loc></url>" % (site.encode(), n)
                    for n in range(start, start + 1_000)
                )
            )
        file.write(b"</urlset>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("many", "most"), [(250_000, 20_000_000), pytest.param(1_000_000, 40_000_000, marks=pytest.mark.soak)]
)
def test_a_sitemap_of_very_many_addresses_takes_no_more_memory_than_a_short_one(
    tmp_path: Path, many: int, most: int
) -> None:
    peaks = []
    for number, addresses in enumerate((10_000, many)):
        project = Project(tmp_path / str(number), extra=past.NO_GAP)
        with Web() as web:
            url = web.answer("/sitemap.xml.gz", long_sitemap(web.url(""), addresses))
            done = project.run("backfill", "sitemap", url, "--json", timeout=900)
        assert (done.code, done.json["passed"], done.json["failures"]) == (0, addresses, 0)
        peaks.append(done.peak)

    assert peaks[1] - peaks[0] < most, "the addresses alone would be more"
