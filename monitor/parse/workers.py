"""Processes that read documents, each under a deadline and a memory limit, replaced when they die or must be killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from abc import ABC, abstractmethod
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from errno import EPROTO
from pathlib import Path
from types import TracebackType
from typing import Generic, Literal, Self, TypeVar

from monitor.parse import frames

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 60.0
_GRACE_S = 1.0
_PATIENCE = 4
"""Seconds that may pass for each second of computing: on a busy machine a document is slow through no fault of its own."""
_BUFFER = 1 << 20
_JOBS = 2_000
"""Documents after which a worker is replaced, as a safeguard against slow growth."""
Result = TypeVar("Result")
Damage = Literal["timeout", "crashed"]


class Workers(ABC, Generic[Result]):
    """Reads documents in at most `size` processes of a module, which are started when they are first needed.

    `deadline_s` is what one document may compute, in seconds of the processor's time; four times as long may pass until
    its process is killed from outside. `memory_mb` is the address space of a process. Each kind of document makes its own
    of the three methods at the end.
    """

    module: str
    """What a process runs: it serves `monitor.parse.frames`."""

    def __init__(self, size: int, deadline_s: float = 10.0, memory_mb: int = 1024) -> None:
        self._size = size
        self._slots = asyncio.Semaphore(size)
        self._deadline = deadline_s
        self._memory = memory_mb
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._coming: list[asyncio.Task[None]] = []
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def expect(self, documents: int) -> None:
        """Starts the processes for so many documents, while these are still on their way."""
        self._coming += [asyncio.create_task(self._come_up()) for _ in range(min(documents, self._size))]

    async def ask(self, head: Sequence[str], body: bytes) -> Result:
        """Reads one document; one that breaks its worker is a failure of its own and delays no other."""
        async with self._slots:
            if self._closed:
                raise RuntimeError("the pool is closed")
            worker = await self._take()
            try:
                result = await self._ask(worker, head, body)
            except BaseException:
                await asyncio.shield(self._discard(worker))
                raise
            if worker.is_usable and not self._closed:
                self._idle.append(worker)
            else:
                await self._discard(worker)
            return result

    async def rest(self) -> None:
        """Ends the processes that have nothing to do; others are started when they are needed."""
        idle, self._idle = self._idle, []
        self._workers.difference_update(idle)
        await asyncio.gather(*(worker.end() for worker in idle))

    async def aclose(self) -> None:
        """Ends all processes and waits for them."""
        self._closed = True
        for task in self._coming:
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))
        self._workers.clear()
        self._idle.clear()

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            await self._discard(worker)
        return await self._start()

    async def _come_up(self) -> None:
        async with self._slots:
            if len(self._workers) < self._size:
                with suppress(RuntimeError):  # whoever asks will hear of it
                    self._idle.append(await self._start())

    async def _start(self) -> _Worker:
        started = await _Worker.start(self.module, self._memory, self._deadline)
        self._workers.add(started)
        return started

    async def _ask(self, worker: _Worker, head: Sequence[str], body: bytes) -> Result:
        try:
            async with asyncio.timeout(_PATIENCE * self._deadline):
                data = await worker.ask(head, body)
        except TimeoutError:
            worker.is_usable = False
            return self.broken(
                "timeout", f"Reading the document took longer than {_PATIENCE * self._deadline:g} seconds."
            )
        except (OSError, asyncio.IncompleteReadError):
            worker.is_usable = False
            if await worker.ran_out_of_time():
                return self.broken(
                    "timeout", f"Reading the document took more than {self._deadline:g} seconds of computing."
                )
            return self.broken("crashed", "The document broke the program that was reading it.")
        result = await asyncio.to_thread(self.decoded, data) if len(data) >= _BUFFER else self.decoded(data)
        worker.is_usable = worker.is_usable and not self.spoils(result)
        return result

    async def _discard(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        await worker.kill()

    # What each kind of document says for itself.

    @abstractmethod
    def decoded(self, data: bytes) -> Result:
        """The result in an answer of a process."""

    @abstractmethod
    def broken(self, damage: Damage, message: str) -> Result:
        """The result for a document that a process did not survive."""

    @abstractmethod
    def spoils(self, result: Result) -> bool:
        """Whether the process that gave this result is to be replaced."""


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("the process has no pipes")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._jobs = 0
        self.is_usable = True

    @classmethod
    async def start(cls, module: str, memory_mb: int, deadline_s: float) -> _Worker:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            # -P: a folder of the user's that happens to be called `seeds` or `config` is not the program's.
            *(sys.executable, "-P", "-m", module, str(memory_mb), str(deadline_s)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_BUFFER,
            env={**os.environ, "PYTHONPATH": path},
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_S):
                await worker._receive()
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await worker.kill()
            raise RuntimeError("the parsing process does not start; is the memory limit too low?") from error
        except BaseException:
            await asyncio.shield(worker.kill())
            raise
        return worker

    @property
    def is_alive(self) -> bool:
        """Whether it still runs, as far as is known; it may have been killed by the system while idle."""
        if self._process.returncode is not None or self._stdout.at_eof():
            return False
        try:
            os.kill(self._process.pid, 0)  # the event loop may not have heard of its end yet
        except ProcessLookupError:
            return False
        return True

    async def ran_out_of_time(self) -> bool:
        """Whether a process that is gone was ended by its own limit on computing."""
        try:
            async with asyncio.timeout(_GRACE_S):
                return await self._process.wait() == -signal.SIGPROF
        except TimeoutError:
            return False

    async def ask(self, head: Sequence[str], body: bytes) -> bytes:
        """One round trip; raises OSError or IncompleteReadError when the process dies."""
        self._jobs += 1
        self.is_usable = self._jobs < _JOBS
        self._stdin.writelines(
            [frames.frame(json.dumps(list(head)).encode("ascii")), frames.LENGTH.pack(len(body)), body]
        )
        await self._stdin.drain()
        return await self._receive()

    async def _receive(self) -> bytes:
        (size,) = frames.LENGTH.unpack(await self._stdout.readexactly(frames.LENGTH.size))
        if size > frames.LONGEST:
            raise OSError(EPROTO, "the parsing process sent nonsense")
        return await self._stdout.readexactly(size)

    async def end(self) -> None:
        """Lets the process end by itself, or kills it after a moment."""
        self._stdin.close()
        try:
            async with asyncio.timeout(_GRACE_S):
                await self._process.communicate()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Kills the process and takes leave of it, so that neither a zombie nor a pipe stays."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()
