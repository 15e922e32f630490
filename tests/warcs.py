"""Web archives for tests, written by warcio: what servers answered, packed as its users do."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>An outlet</title><link>https://outlet.example/</link>'
    b"<item><title>Cameras watch the %s square</title><link>https://outlet.example/%s</link></item></channel></rss>"
)
PAGE = (
    "<!doctype html><html lang=en><head><title>{title} | The Outlet</title><meta property=og:type content=article>"
    '<meta property=og:title content="{title}"><meta property=og:site_name content="The Outlet">'
    '<meta property=og:description content="{lead}">'
    '<meta property=article:published_time content="2020-03-04T05:06:07Z"></head>'
    "<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
)


def rss(word: str) -> bytes:
    """A feed of one entry."""
    return RSS % (word.encode(), word.encode())


def page(title: str, lead: str = "What happened, in a sentence.", text: str = "") -> bytes:
    """The page of an article."""
    body = text or f"{title}. " + " ".join(f"Officials said so on day {n} of the inquiry." for n in range(30))
    return PAGE.format(title=title, lead=lead, text=body).encode()


@dataclass(frozen=True)
class Answer:
    """One record: an address and what was answered there."""

    url: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "response"
    date: str = "2020-03-05T00:00:00Z"


def warc(answers: Iterable[Answer], *, gzip: bool = True) -> bytes:
    """A WARC/1.1 file, each record a member of gzip or not packed at all."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzip, warc_version="WARC/1.1")
    writer.write_record(writer.create_warcinfo_record("test.warc.gz", {"software": "warcio"}))

    for answer in answers:
        head = StatusAndHeaders(
            answer.status, [("Content-Type", answer.content_type), *answer.headers], protocol="HTTP/1.1"
        )
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        writer.write_record(
            writer.create_warc_record(answer.url, "request", payload=io.BytesIO(), length=0, http_headers=asked)
        )
        writer.write_record(
            writer.create_warc_record(
                answer.url,
                answer.kind,
                payload=io.BytesIO(answer.body),
                length=len(answer.body),
                http_headers=head if answer.kind != "resource" else None,
                warc_content_type=answer.content_type if answer.kind == "resource" else "",
                warc_headers_dict={"WARC-Date": answer.date},
            )
        )
    return out.getvalue()


def arc(answers: Iterable[Answer]) -> bytes:
    """An ARC 1.0 file, as it was written before there was WARC."""
    head = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    out = b"filedesc://test.arc 0.0.0.0 20040305000000 text/plain %d\n" % len(head) + head + b"\n"
    for answer in answers:
        block = f"HTTP/1.0 {answer.status}\r\nContent-Type: {answer.content_type}\r\n\r\n".encode() + answer.body
        kind = answer.content_type.partition(";")[0]
        out += f"{answer.url} 192.0.2.1 20040305060708 {kind} {len(block)}\n".encode() + block + b"\n"
    return out
