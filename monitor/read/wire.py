"""What the process that reads pages answers: results as JSON."""

from __future__ import annotations

import json
from typing import Any

from monitor.read.types import Failure, Page, page_from_json, page_to_json


def result_to_json(result: Page | Failure) -> bytes:
    """A result as JSON."""
    plain = {"failure": [result.kind, result.message]} if isinstance(result, Failure) else page_to_json(result)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def result_from_json(data: bytes) -> Page | Failure:
    """The inverse of `result_to_json`."""
    plain: dict[str, Any] = json.loads(data)
    return Failure(*plain["failure"]) if "failure" in plain else page_from_json(plain)
