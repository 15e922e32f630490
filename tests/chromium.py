"""A real browser for tests: Chromium without a window, spoken to over a pipe (Chrome DevTools Protocol); and axe-core.

Both are looked for where the tests run. Without a browser, or where axe-core cannot be fetched, a test is skipped and says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = "axe-core@4"
_PATIENCE_S = 60.0
_STORED = Path(__file__).parent.parent / ".venv" / "axe-core.js"
_RULES = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'


@dataclass
class Seen:
    """What a page did while it was open."""

    messages: list[str] = field(default_factory=list)
    """What it wrote to the console that is a warning or worse, scripts that failed, and dialogs it opened."""
    requests: list[str] = field(default_factory=list)


class Browser:
    """One window; commands are answered in order."""

    def __init__(self, process: subprocess.Popen[bytes], out: int, into: int) -> None:
        self._process, self._out, self._in = process, out, into
        self._number, self._buffer = 0, b""
        self.seen = Seen()
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def open(self, url: str, *, width: int, height: int = 900, dark: bool = False) -> Seen:
        """Show a page in a window of that size, and wait until it is loaded."""
        self.seen = Seen()
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.send("Emulation.setEmulatedMedia", features=scheme)
        self.send("Page.navigate", url=url)
        self._until("Page.loadEventFired")
        return self.seen

    def evaluate(self, expression: str) -> Any:
        """What an expression of JavaScript gives in the page; the page's own policy does not hold for it."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def key(self, name: str) -> None:
        """Press a key."""
        code = {"Tab": 9, "Enter": 13}[name]
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if name == "Enter" and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **text)

    def complaints(self, axe: str) -> list[str]:
        """What axe-core finds in the page: rule, and where."""
        self.evaluate(f"{axe}; undefined")
        found = self.evaluate(f"axe.run(document, {{runOnly: {_RULES}}}).then(r => JSON.stringify(r.violations))")
        return [f"{v['id']}: {', '.join(str(n['target']) for n in v['nodes'][:3])}" for v in json.loads(found)]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """A command to the page."""
        return self._send(method, session=self._session, **params)

    def _send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        os.write(self._in, json.dumps({**message, **({"sessionId": session} if session else {})}).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, told
                return dict(told["result"])

    def _until(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE_S
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._out], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            data = os.read(self._out, 1 << 20)
            assert data, "the browser is gone"
            self._buffer += data
        one, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(one)
        self._note(told.get("method", ""), told.get("params", {}))
        return told

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.seen.requests.append(params["request"]["url"])
        elif event == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.seen.messages.append(str(params["args"]))
        elif event == "Runtime.exceptionThrown":
            self.seen.messages.append(str(params["exceptionDetails"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.seen.messages.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif event == "Page.javascriptDialogOpening":
            self.seen.messages.append(f"dialog: {params['message']}")


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in a folder."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    told, into = os.pipe()
    out, answered = os.pipe()
    command = [
        *(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
        *("--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"),
    ]

    def place() -> None:
        # The browser reads commands from descriptor 3 and answers on 4; moved away first, as either may be one of these.
        read, write = os.dup(told), os.dup(answered)
        high = [os.dup2(read, 30), os.dup2(write, 31)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(command, preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL)  # noqa: PLW1509  it only renames descriptors
    os.close(told)
    os.close(answered)
    try:
        yield Browser(process, out, into)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(out)
        os.close(into)


def axe_core(folder: Path) -> str:
    """The source of axe-core, fetched once through npm."""
    if not _STORED.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm on this machine, with which to fetch axe-core")
        done = subprocess.run([npm, "pack", AXE], cwd=folder, capture_output=True, timeout=120, check=False)
        packed = next(folder.glob("axe-core-*.tgz"), None)
        if done.returncode or packed is None:
            pytest.skip("axe-core could not be fetched through npm")
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            part = _STORED.with_suffix(".part")
            part.write_bytes(member.read())
            part.replace(_STORED)
    return _STORED.read_text("utf-8")
