"""Log lines on stderr: text for people, or one JSON object a line.

Whatever comes from outside stays on its own line and without control characters.
"""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO, cast

from db.light import without
from monitor.cli.output import log_what_is_said, plain
from monitor.cli.standard import Forgiving
from monitor.deliver.jsontext import json_text

with without("rich"):  # for tracebacks in colour
    import structlog

_LEVELS = {-2: logging.ERROR, -1: logging.WARNING, 0: logging.INFO, 1: logging.DEBUG}


def configure(verbosity: int, log_format: str) -> None:
    """Set up logging: `verbosity` from -2 (errors alone) to 2 (everything, libraries too)."""
    level = _LEVELS[max(-2, min(1, verbosity))]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
    ]
    last = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
        if log_format == "json"
        else [_one_line]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", Forgiving(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    log_what_is_said(_say_in_json if log_format == "json" else None)
    # Libraries print addresses, secrets included, at INFO.
    logging.basicConfig(
        level=logging.WARNING if verbosity < 2 else logging.INFO, format="%(levelname)s %(name)s %(message)s"
    )
    logging.captureWarnings(log_format == "json")
    if log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(_InJson())
    for name in ("httpx", "httpcore", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING if name != "apscheduler" else logging.ERROR)


_SAID = re.compile("(warning|error): ", re.IGNORECASE)


def _say_in_json(line: str) -> None:
    """Log a line that was meant for people, as what it says it is."""
    found = _SAID.match(line)
    word = found[1].lower() if found else "warning" if " not used: " in line else "info"
    structlog.get_logger().log(
        logging.getLevelNamesMapping()[word.upper()], line[found.end() if found else 0 :].strip()
    )


class _InJson(logging.Formatter):
    """What libraries log, in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object on one line."""
        about = {"logger": record.name, "event": record.getMessage(), "level": record.levelname.lower()}
        if record.exc_info:
            about["exception"] = self.formatException(record.exc_info)
        moment = datetime.fromtimestamp(record.created, UTC)
        return _json({**about, "timestamp": f"{moment:%Y-%m-%dT%H:%M:%SZ}"})


def _json(event: Any, **_options: Any) -> str:
    """One JSON object on one line, whatever it holds; what has no JSON of its own is written as text."""
    return json_text(event, default=str)


def _one_line(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    """`time level event key=value …`, each value quoted where it has spaces."""
    when, level, what = event.pop("timestamp"), event.pop("level"), event.pop("event")
    trouble = event.pop("exc_info", None)
    parts = [when, f"{level:<8}", plain(what), *(f"{k}={_value(v)}" for k, v in event.items() if v is not None)]
    if trouble:
        error = trouble if isinstance(trouble, BaseException) else sys.exc_info()[1]
        if error is not None:
            parts.append(f"error={_value(f'{type(error).__name__}: {error}')} at={_value(_place(error))}")
    return " ".join(parts)


def _place(error: BaseException) -> str:
    """Where an unexpected error was raised: file and line of the innermost frames of ours."""
    frames = []
    at = error.__traceback__
    while at is not None:
        frames.append(f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    return " < ".join(reversed(frames[-4:]))


def _value(value: object) -> str:
    text = plain(value)
    return f'"{text.replace(chr(34), chr(39))}"' if " " in text or not text else text
