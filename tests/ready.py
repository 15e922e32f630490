"""The program, loaded and ready: commands are forked from it.

A command is a process like any other, with a session, a folder, signals and standard streams of its own, and it runs the
program's own `main`; what it does not do again is load modules and the tables that are shipped, on which a thousand commands
would spend most of their time. Who wants to see how a program starts runs it from nothing: see `Project`.

    forked = fork(["poll", "--all"], cwd=folder)
    out, err = forked.communicate("", timeout=90)
    assert forked.returncode == 0
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO

_CHECKOUT = Path(__file__).resolve().parents[1]
_EARLY = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "MALLOC_")
"""How variables begin that are looked at when a program starts, and never again."""
_LARGEST = 150_000
_LATER = ("backfill.filling", "deliver.herald", "schedule.daemon")


class Forked:
    """A command that runs, or has run; as much of `subprocess.Popen` as is needed here."""

    def __init__(self, report: socket.socket, stdin: IO[str] | None, stdout: IO[str], stderr: IO[str] | None) -> None:
        self._report = report
        self._reporting = threading.Lock()
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.returncode: int | None = None
        self.pid = int(report.recv(64))
        self._said: dict[str, str] = {}
        self._talk: list[threading.Thread] = []

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end; returns its exit status, negative for a signal."""
        with self._reporting:
            if self.returncode is None:
                if not select.select([self._report], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired("seedwatch", timeout or 0)
                self.returncode = int(self._report.recv(64))
                self._report.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def communicate(self, text: str, timeout: float) -> tuple[str, str]:
        """Gives it its input, and waits for its end and that of all that writes where it does; returns stdout and stderr."""
        until = time.monotonic() + timeout
        if not self._talk:
            self._talk = [threading.Thread(target=self._tell, args=(text,), daemon=True)]
            self._talk += [
                threading.Thread(target=self._hear, args=(name,), daemon=True) for name in ("stdout", "stderr")
            ]
            for thread in self._talk:
                thread.start()
        for thread in self._talk:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired("seedwatch", timeout)
        self.wait(max(0.0, until - time.monotonic()))
        return self._said["stdout"], self._said["stderr"]

    def _tell(self, text: str) -> None:
        if self.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.stdin:
                self.stdin.write(text)

    def _hear(self, name: str) -> None:
        stream = getattr(self, name)
        self._said[name] = ""
        if stream is not None:
            with stream:
                self._said[name] = stream.read()


class _Ready:
    """The process that commands are forked from, with what it takes to end it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.early = _early(environ)
        self.asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tests.ready", str(theirs.fileno())],
                cwd=_CHECKOUT,
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        atexit.register(self.end)

    def end(self) -> None:
        """Ends it; what was forked from it goes on."""
        self.asking.close()
        self.process.communicate()


_ready: list[_Ready] = []
_one = threading.Lock()


def fork(
    args: Sequence[str], cwd: Path, environ: Mapping[str, str], *, apart: bool = True, errors: str = "strict"
) -> Forked | None:
    """Runs a command; stderr is put where stdout is unless they are `apart`, which also gives it an input.

    None when it has to start from nothing, since its environment has another effect on that than the one in which the program
    was loaded.
    """
    message = json.dumps([list(args), str(cwd), dict(environ)]).encode()
    with _one:
        if not _ready:
            _ready.append(_Ready(environ))
    if len(message) > _LARGEST or _early(environ) != _ready[0].early:
        return None
    report, reported = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    out, written = os.pipe()
    err, complained = os.pipe() if apart else (None, written)
    given, into = os.pipe() if apart else (os.open(os.devnull, os.O_RDONLY), None)
    socket.send_fds(_ready[0].asking, [message], [given, written, complained, reported.fileno()])
    reported.close()
    for handle in {given, written, complained}:
        os.close(handle)
    return Forked(
        report,
        None if into is None else os.fdopen(into, "w", encoding="utf-8", errors=errors),
        os.fdopen(out, encoding="utf-8", errors=errors),
        None if err is None else os.fdopen(err, encoding="utf-8", errors=errors),
    )


def _early(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(_EARLY)}


def _serve(asked: socket.socket) -> tuple[list[str], str, dict[str, str]]:
    """Forks for each command asked for, and reports how it ended. Returns in the child, with arguments, folder, environment.

    It ends with the process that asks.
    """
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready in select.select([asked, *running], [], [])[0]:
            if ready is not asked:
                pid, report = running.pop(ready)
                os.close(ready)
                _, status = os.waitpid(pid, 0)
                with report, contextlib.suppress(BrokenPipeError):
                    report.send(str(os.waitstatus_to_exitcode(status)).encode())
                continue
            message, handles, _, _ = socket.recv_fds(asked, _LARGEST, 4)
            if not message:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                os.setsid()
                for number, handle in enumerate(handles[:3]):
                    os.dup2(handle, number)
                for handle in {
                    *handles,
                    asked.detach(),
                    *running,
                    *(report.detach() for _, report in running.values()),
                }:
                    os.close(handle)
                args, cwd, environ = json.loads(message)
                return args, cwd, environ
            for handle in handles[:3]:
                os.close(handle)
            report = socket.socket(fileno=handles[3])
            with contextlib.suppress(BrokenPipeError):
                report.send(str(pid).encode())
            running[os.pidfd_open(pid)] = pid, report


def _main() -> None:
    from monitor.__main__ import main
    from monitor.cli.main import _COMMANDS
    from monitor.relate.vocabulary import shipped
    from seeds.address_parts import outlet_of

    for command in _COMMANDS.values():
        import_module(f"monitor.cli.{command.partition(':')[0]}")
    for name in _LATER:
        import_module(f"monitor.{name}")
    shipped()
    outlet_of("example.org")
    args, cwd, environ = _serve(socket.socket(fileno=int(sys.argv[1])))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [str(_CHECKOUT / "monitor" / "__main__.py"), *args]
    main()


if __name__ == "__main__":
    _main()
