"""Channels lead outside, encrypted, to hosts that are allowed; nobody reaches the inside through them."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from config.notice_templates import Letter
from config.settings import get_settings
from models.errors import KaigongError
from services.notices.channels import Channel, ChannelNotSecure
from services.notices.guard import (
    AddressNotAllowed,
    Guard,
    HostNotAllowed,
    NotAllowed,
    ProgramNotAllowed,
    guarded,
)
from tests.support.receivers import Hook, hook

LETTER = Letter("title", "body")
#: What leads inside, however it is written; each of them a way that got past somebody's check once.
INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),  # noqa: S104
    *("169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::"),
]
#: Names and numbers that mean this machine or another one inside to some library or other.
NAMES = [
    *("localhost", "LOCALHOST.", "localhost.localdomain", "metadata.google.internal"),
    *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "①②⑦.0.0.1", "127。0。0。1"),
    *("qyapi.weixin.qq.com.evil.example", "qyapi.weixin.qq.com@127.0.0.1", "evil.example"),
]


@pytest.fixture
def installed(monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """What an installation has where nobody set anything."""
    monkeypatch.delenv("KAIGONG_NOTICE_NETWORKS")
    get_settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    get_settings.cache_clear()


def choose(installed: pytest.MonkeyPatch, **chosen: list[str]) -> None:
    for name, values in chosen.items():
        installed.setenv(f"KAIGONG_NOTICE_{name.upper()}", json.dumps(values))
    get_settings.cache_clear()


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_connected_to_whatever_name_led_there(address):
    guard = Guard(frozenset({"allowed.example"}), (), secure=True)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe, guarded(guard), pytest.raises(NotAllowed):
        probe.connect((address.partition("%")[0], 9))
    assert isinstance(guard.refused[0], AddressNotAllowed)


@pytest.mark.parametrize("name", NAMES)
def test_no_other_name_is_looked_up(name):
    guard = Guard(frozenset({"qyapi.weixin.qq.com"}), (), secure=True)
    with guarded(guard):
        with pytest.raises(NotAllowed):
            socket.getaddrinfo(name, 443)
        with pytest.raises(NotAllowed):
            socket.create_connection((name, 443), timeout=1)
    assert {type(refusal) for refusal in guard.refused} == {HostNotAllowed}


@pytest.mark.parametrize(
    "url",
    ["jsons://{}/x", "mailtos://me:secret@example.org?smtp={}&to=you@example.org", "xmls://{}"],
)
@pytest.mark.parametrize("host", ["localhost", "evil.example", "169.254.169.254", "[::1]"])
def test_who_enters_a_channel_is_told_at_once(installed, url, host):
    with pytest.raises(KaigongError) as refused:
        Channel(url.format(host))
    assert isinstance(refused.value, HostNotAllowed)


@pytest.mark.parametrize(
    "url",
    ["json://qyapi.weixin.qq.com/x", "jsons://qyapi.weixin.qq.com/x?verify=no", "form://a/"],
)
def test_nothing_goes_without_encryption(installed, url):
    with pytest.raises(ChannelNotSecure):
        Channel(url)


def test_the_robots_of_the_usual_services_are_allowed(installed):
    Channel("wecombot://a-key-of-a-robot")
    Channel(f"dingtalk://{'a' * 64}/13800138000")
    Channel("feishu://a-token-of-a-robot")


def test_an_allowed_name_that_leads_inside_is_refused_when_it_is_called(installed):
    choose(installed, hosts=["localhost"])
    with hook() as web:
        channel = Channel(f"jsons://localhost:{web.server.server_port}/")
        reason = channel.send(LETTER, "key")
    assert reason is not None
    assert "KAIGONG_NOTICE_NETWORKS" in reason
    assert web.calls == []


def test_a_redirection_leads_nowhere(installed):
    choose(installed, networks=["127.0.0.0/8"])
    with hook() as inside, redirecting(inside) as url:
        assert Channel(url).send(LETTER, "key")
    assert inside.calls == []


def test_a_network_inside_is_reached_where_it_is_allowed(installed):
    choose(installed, networks=["127.0.0.0/8"])
    with hook() as web:
        assert Channel(web.url).send(LETTER, "key") is None
    choose(installed, networks=["10.0.0.0/8"])
    with hook() as web, pytest.raises(HostNotAllowed):
        Channel(web.url)


def test_a_channel_starts_no_program_and_sends_no_packet():
    guard = Guard(frozenset(), (), secure=True)
    with guarded(guard):
        with pytest.raises(NotAllowed):
            subprocess.run(["true"], check=False)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, pytest.raises(NotAllowed):
            probe.sendto(b"x", ("8.8.8.8", 514))
    assert {type(refusal) for refusal in guard.refused} == {ProgramNotAllowed}


def test_other_threads_and_what_comes_after_are_free():
    guard = Guard(frozenset(), (), secure=True)
    found: list[object] = []
    with guarded(guard):
        thread = threading.Thread(target=lambda: found.append(socket.getaddrinfo("localhost", 80)))
        thread.start()
        thread.join()
    assert found
    assert socket.getaddrinfo("localhost", 80)
    assert guard.refused == []


class redirecting:  # noqa: N801 - used as a function is
    """A webhook that answers with another address."""

    def __init__(self, to: Hook) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(307)
                self.send_header("Location", f"http://127.0.0.1:{to.server.server_port}/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"json://127.0.0.1:{self._server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
