"""What a round brought, in words and in figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from monitor.clock import utc_now
from monitor.schedule.desk import PageReport
from monitor.schedule.recorder import Report


@dataclass(slots=True)
class Summary:
    """The reports of one round, added up."""

    reports: list[Report] = field(default_factory=list)
    pages: list[PageReport] = field(default_factory=list)
    """Pages that were read after it."""

    def add(self, report: Report) -> None:
        """Count one feed."""
        self.reports.append(report)

    def as_json(self) -> dict[str, Any]:
        """The round with stable keys."""
        return {
            "feeds": len(self.reports),
            "failed": [
                {"feed_url": r.feed_url, "error": r.error, "message": r.message} for r in self.reports if r.error
            ],
            "degraded": [
                {"feed_url": r.feed_url, "message": r.message} for r in self.reports if r.problem == "degraded"
            ],
            "same": [{"feed_url": r.feed_url, "message": r.message} for r in self._same()],
            "unwell": [
                {"feed_url": r.feed_url, "problem": r.problem, "message": r.message} for r in self.reports if r.problem
            ],
            "entries": self._sum("entries"),
            "new": self._sum("new"),
            "likely": self._sum("likely"),
            "maybe": self._sum("maybe"),
            "first_visits": sum(r.first for r in self.reports),
            "pages": {
                "read": sum(p.outcome != "failed" for p in self.pages),
                "failed": [
                    {"page_url": p.url, "uid": p.uid, "error": p.error, "message": p.message}
                    for p in self.pages
                    if p.error
                ],
                "moved": [{"uid": p.uid, "was": p.before, "is": p.after} for p in self.pages if p.moved],
            },
        }

    def lines(self, zone: ZoneInfo | None) -> list[str]:
        """The round in sentences: what was asked, what came, what is broken, how far back first visits reach."""
        count = len(self.reports)
        failed = [r for r in self.reports if r.error]
        new = self._sum("new")
        found = f"{new} new item{'s' * (new != 1)}: {self._sum('likely')} likely related, {self._sum('maybe')} maybe."
        said = [f"{count} feed{'s' * (count != 1)} asked, {len(failed)} failed. {found}"]
        said += [f"  failed: {r.called}: {r.message}" for r in failed]
        said += [f"  {r.called}: {r.message}" for r in self.reports if r.problem and not r.error]
        said += [f"  warning: {r.called}: {r.message}" for r in self._same()]
        said += self._pages()
        said += self._reach(zone)
        if self._sum("likely") or self._sum("maybe"):
            said.append("See them with `seedwatch new`.")
        return said

    def _pages(self) -> list[str]:
        """What reading the pages of related articles brought."""
        if not self.pages:
            return []
        count, failed = len(self.pages), sum(p.error is not None for p in self.pages)
        moved = [p for p in self.pages if p.moved]
        up = sum(p.after == "likely" for p in moved)
        words = f" {len(moved)} moved, {up} of them to likely." if moved else ""
        return [f"{count - failed} of {count} page{'s' * (count != 1)} of related articles read.{words}"]

    def _reach(self, zone: ZoneInfo | None) -> list[str]:
        """How far back the feeds go that were asked for the first time, and how to get more."""
        oldest = sorted(datetime.fromisoformat(r.oldest) for r in self.reports if r.first and r.oldest)
        if not oldest:
            return []
        days = median((utc_now() - moment).total_seconds() / 86_400 for moment in oldest)
        reach = f"{days:.0f} days" if days >= 2 else f"{days * 24:.0f} hours"
        day = f"{oldest[0].astimezone(zone):%Y-%m-%d}"
        if len(oldest) == 1:
            words = f"First visit: the feed reaches back {reach}, to {day}."
        else:
            words = f"First visit to {len(oldest)} feeds: they reach back {reach} at the median, to {day} at the most."
        more = (
            "A feed shows only its latest entries: keep `seedwatch run` going so that nothing is missed,"
            " and bring in saved copies of feeds with `seedwatch backfill files PATH`."
        )
        return [words, more]

    def _same(self) -> list[Report]:
        return [r for r in self.reports if r.outcome == "same"]

    def _sum(self, name: str) -> int:
        return sum(getattr(r, name) for r in self.reports)
