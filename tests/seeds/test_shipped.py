"""The shipped documents are sound, and hold the facts of the articles but none of their text."""

from __future__ import annotations

import re

from seeds.document import read_document, read_file, render_document
from seeds.record import Record
from seeds.shipped import corpus
from seeds.text import title_key, words
from tests.seeds.data import shared


def records() -> dict[str, Record]:
    found = {}
    for name, raw in corpus():
        document = read_document(raw, name)
        assert document.record is not None, document.problems
        assert render_document(document.record) == raw
        found[name] = document.record
    return found


def test_five_documents_named_by_date() -> None:
    found = records()
    assert len(found) == 5
    for name, record in found.items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.md", name)
        assert name[:10] == (record.published_date_time or "")[:10]
        assert record.secured is None
        assert record.images == ()
        assert (record.quality, record.heat) == (None, None)
        assert record.excerpt


def test_they_are_the_articles_of_the_original_seeds() -> None:
    shipped = {title_key(record.title): record for record in records().values()}
    originals = [read_file(path).record for path in sorted((shared() / "seeds").glob("*.txt"))]
    assert len(originals) == 5
    for original in originals:
        assert original is not None
        record = shipped[title_key(original.title)]
        assert (record.web_url, record.amp_web_url) == (original.web_url, original.amp_web_url)
        assert (record.original_url, record.cdn_amp_web_url) == (original.original_url, original.cdn_amp_web_url)
        assert (original.published_date_time or "").startswith(record.published_date_time or "-")
        assert [(r.title, r.web_url) for r in record.related] == [(r.title, r.web_url) for r in original.related]


def test_the_excerpts_are_in_their_own_words() -> None:
    originals = [read_file(path).record for path in sorted((shared() / "seeds").glob("*.txt"))]
    theirs = " ".join(f"{r.excerpt} {r.body}" for r in originals if r)
    runs = {tuple(words(theirs)[at : at + 5]) for at in range(len(words(theirs)))}
    for record in records().values():
        own = words(record.excerpt or "")
        assert not [own[at : at + 5] for at in range(len(own) - 4) if tuple(own[at : at + 5]) in runs]
