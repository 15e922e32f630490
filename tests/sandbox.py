"""Runs a command as a unit of systemd confines it, where no systemd runs: `python sandbox.py UNIT FOLDER COMMAND…`.

What is taken from the unit: the system calls it allows, the address families, no memory that is both written and
executed, no homes. What stands for the rest: a file system of its own that is read-only but for the folder,
which is at /var/lib/seedwatch, with a /tmp of its own, and no capabilities. Needs to be run by root,
in a mount namespace of its own.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HOME = Path("/var/lib/seedwatch")
_DROP = 24
_ALLOW = 0x7FFF0000
_EPERM = 0x00050001
_EQUAL, _MASKED = 4, 7
_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
_EXECUTE, _WRITE = 4, 2


class _Compare(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def values(unit: str, key: str) -> list[str]:
    """The values of a setting of the unit, in order."""
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


def confine_files(folder: Path, *, homes: bool) -> None:
    """Leave one folder to write to."""
    handle = os.open(folder, os.O_RDONLY)
    _mount("-t", "tmpfs", "tmpfs", HOME.parent)
    HOME.mkdir()
    _mount("--bind", f"/proc/self/fd/{handle}", HOME, fds=(handle,))
    for place in ("/tmp", *(("/root", "/home") if homes else ())):
        _mount("-t", "tmpfs", "tmpfs", place)
    Path("/tmp").chmod(0o1777)
    _mount("--rbind", "/", "/")
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place = line.split()[4]
        if not place.startswith((str(HOME), "/tmp", "/proc", "/dev", "/sys")):
            subprocess.run(["mount", "-o", "remount,bind,ro", place], check=False, capture_output=True)


def confine_calls(unit: str) -> None:
    """Allow the system calls of the unit, and nothing else."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_EPERM)))

    def allow(call: str, *compared: tuple[int, int, int, int]) -> None:
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            array = (_Compare * max(1, len(compared)))(*(_Compare(*one) for one in compared))
            code = library.seccomp_rule_add_array(context, ctypes.c_uint32(_ALLOW), number, len(compared), array)
            assert code == 0, (call, code)

    for call in allowed(unit) - {"socket", "mmap", "mprotect", "pkey_mprotect"}:
        allow(call)
    for family in values(unit, "RestrictAddressFamilies")[0].split():
        allow("socket", (0, _EQUAL, _FAMILIES[family], 0))
    assert values(unit, "MemoryDenyWriteExecute") == ["yes"]
    for protection in (0, _EXECUTE, _WRITE):
        allow("mmap", (2, _MASKED, _EXECUTE | _WRITE, protection))
    allow("mprotect", (2, _MASKED, _EXECUTE, 0))
    assert library.seccomp_load(context) == 0


def allowed(unit: str) -> set[str]:
    """Names of the system calls that the unit's filters let through, taken line by line."""
    calls = set(_calls("@default")) | {"execve"}
    for line in values(unit, "SystemCallFilter"):
        named = {call for word in line.removeprefix("~").split() for call in _calls(word)}
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def _calls(word: str) -> Iterator[str]:
    if not word.startswith("@"):
        yield word
        return
    listed = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines()[1:]:
        if line.strip() and not line.strip().startswith("#"):
            yield from _calls(line.strip())


def _mount(*args: object, fds: tuple[int, ...] = ()) -> None:
    subprocess.run(["mount", *map(str, args)], check=True, pass_fds=fds)


def main() -> None:
    unit, folder, command = Path(sys.argv[1]).read_text(), Path(sys.argv[2]), sys.argv[3:]
    confine_files(folder, homes=values(unit, "ProtectHome") == ["yes"])
    os.chdir(HOME)
    for capability in range(64):
        ctypes.CDLL(None).prctl(_DROP, capability, 0, 0, 0)
    confine_calls(unit)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
