"""Names are resolved once, every address is checked, and only a checked address is connected to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.guard import Guard, is_public
from monitor.fetch.outcome import FetchError
from tests.monitor.fetch.conftest import Fetch
from tests.web import Web


class Names:
    """A resolver whose answers are given, one after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0)


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["2606:2800:21f::1", "::1"], ["::ffff:10.0.0.1"]],
)
async def test_one_private_address_among_several_is_enough_to_refuse(addresses: list[str]) -> None:
    with pytest.raises(FetchError) as error:
        await Guard(resolver=Names(addresses)).addresses("news.example", 80)

    assert error.value.failure.kind == "blocked_address"


async def test_families_take_turns() -> None:
    guard = Guard(resolver=Names(["2606::1", "2606::2", "2606::3", "1.1.1.1", "2606::1"]))

    assert await guard.addresses("news.example", 80) == ["2606::1", "1.1.1.1", "2606::2", "2606::3"]


@pytest.mark.parametrize("answer", [[], ["not an address"]])
async def test_nonsense_from_dns(answer: list[str]) -> None:
    with pytest.raises(FetchError) as error:
        await Guard(resolver=Names(answer)).addresses("news.example", 80)

    assert error.value.failure.kind == "dns"


async def test_a_name_is_resolved_once_for_each_hop(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", b"<rss/>")
    names = Names(["127.0.0.1"], ["10.0.0.1"])

    fetched = await fetch(
        f"http://rebound.example:{web.port}/feed",
        resolver=names,
        allowed=frozenset({("rebound.example", web.port)}),
    )

    assert (fetched.body, names.asked) == (b"<rss/>", 1)
    assert web.hits[0].headers["host"] == f"rebound.example:{web.port}"


async def test_the_next_address_is_tried_when_one_is_dead(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", b"<rss/>")

    fetched = await fetch(
        f"http://two.example:{web.port}/feed",
        resolver=Names(["127.0.0.9", "127.0.0.1"]),
        allowed=frozenset({("two.example", web.port)}),
    )

    assert fetched.body == b"<rss/>"


@pytest.mark.parametrize(
    ("pair", "reached"),
    [(("127.0.0.1", 0), True), (("localhost", 0), False), (("127.0.0.1", 1), False), (("127.1", 0), False)],
)
async def test_only_the_exact_pair_is_allowed(web: Web, fetch: Fetch, pair: tuple[str, int], reached: bool) -> None:
    web.answer("/feed", b"<rss/>")
    host, port = pair

    fetched = await fetch("/feed", allowed=frozenset({(host, web.port + port)}))

    assert (fetched.body is not None, web.connections > 0) == (reached, reached)


@given(st.ip_addresses(v=4))
def test_wrapping_a_private_address_does_not_make_it_public(address: ipaddress.IPv4Address) -> None:
    packed = int(address)
    if not is_public(address):
        assert not is_public(ipaddress.IPv6Address((0xFFFF << 32) | packed))
    for wrapped in (packed, (0x64FF9B << 96) | packed, (0x2002 << 112) | (packed << 80), (0xFFFF << 48) | packed):
        assert not is_public(ipaddress.IPv6Address(wrapped))


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


async def test_names_under_localhost_are_this_machine_and_need_leave_like_it() -> None:
    guard = Guard(frozenset({("outlet.localhost", 8000)}))

    assert "127.0.0.1" in await guard.addresses("outlet.localhost", 8000)
    for host, port in (("other.localhost", 8000), ("outlet.localhost", 8001), ("outlet.localhost.", 8001)):
        with pytest.raises(FetchError) as error:
            await guard.addresses(host, port)
        assert error.value.failure.kind == "blocked_address"
