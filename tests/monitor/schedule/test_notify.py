import socket
from pathlib import Path

import pytest

from monitor.schedule.notify import ServiceManager


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path):
    """The address as it stands in the environment, and the socket that listens there."""
    name = str(tmp_path / "notify") if request.param == "file" else f"\0seedwatch-test-{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name)
        listening.settimeout(5)
        yield name.replace("\0", "@"), listening


def test_says_what_happens(manager) -> None:
    address, listening = manager
    to = ServiceManager({"NOTIFY_SOCKET": address})
    to.ready("polling 3 feeds")
    to.reloading()
    to.stopping()

    assert [listening.recv(99) for _ in range(3)] == [b"READY=1\nSTATUS=polling 3 feeds", b"RELOADING=1", b"STOPPING=1"]


def test_gives_as_many_signs_of_life_as_are_needed(manager) -> None:
    address, listening = manager
    to = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, pid=7)
    for moment in range(100, 131):
        to.alive(float(moment))
    to.stopping()

    said = [listening.recv(99) for _ in range(5)]
    assert said == [b"WATCHDOG=1"] * 4 + [b"STOPPING=1"]


@pytest.mark.parametrize(
    "environ", [{}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "1s"}, {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "8"}]
)
def test_gives_none_when_it_is_not_asked(manager, environ: dict[str, str]) -> None:
    address, listening = manager
    to = ServiceManager({"NOTIFY_SOCKET": address, **environ}, pid=7)
    to.alive(1.0)
    to.stopping()

    assert listening.recv(99) == b"STOPPING=1"


@pytest.mark.parametrize(
    "address", ["", "relative", "vsock:2:1234", "/nowhere/at/all", "@nobody listens", "/" + "x" * 300]
)
def test_nobody_there_is_no_failure_and_nobody_else_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind("relative")  # no address by this protocol, though there is somebody
        other.setblocking(False)
        ServiceManager({"NOTIFY_SOCKET": address}).ready("x")

        with pytest.raises(BlockingIOError):
            other.recv(99)
