"""Where a channel may lead, held at the moment of the call.

The names that are looked up and the addresses that are connected to are checked where Python itself does
both, in an audit hook: whatever library calls, whatever a name has come to mean since it was checked,
whereto an answer redirects. The address that is checked is the one that is connected to.
"""

from __future__ import annotations

import ipaddress
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from models.errors import KaigongError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Addresses of IPv6 that stand for one of IPv4 behind a translator.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class NotAllowed(OSError):
    """Told to the library that connects, which gives up as if nobody answered."""


class HostNotAllowed(KaigongError):
    template = "channels: notices are not sent to {host}; whoever runs this installation allows it in KAIGONG_NOTICE_HOSTS."
    field = "channels"


class AddressNotAllowed(KaigongError):
    template = "channels: this channel leads to {address}, an address inside; whoever runs this installation allows its network in KAIGONG_NOTICE_NETWORKS."
    field = "channels"


class ProgramNotAllowed(KaigongError):
    template = "channels: this channel starts a program or sends without a connection; use one that goes over https or mail."
    field = "channels"


@dataclass(slots=True)
class Guard:
    """What one call may reach; remembers what it refused."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]
    secure: bool
    """Without encryption it may go to ``networks`` alone."""
    refused: list[KaigongError] = field(default_factory=list)

    def check_host(self, host: str) -> None:
        """Refuse a name that is not allowed; a number is looked at when it is connected to."""
        name = host.rstrip(".").lower()
        if name not in self.hosts and not self._is_address_allowed(name):
            self._refuse(HostNotAllowed(host=host))

    def check_address(self, host: str) -> None:
        """Refuse an address inside, unless its network is allowed."""
        try:
            address = _address(host)
        except ValueError:
            self._refuse(HostNotAllowed(host=host))
        if self._is_inside_allowed(address):
            return
        if not self.secure or not address.is_global or address.is_multicast:
            self._refuse(AddressNotAllowed(address=address))

    def refuse_program(self) -> None:
        """Refuse whatever is no connection."""
        self._refuse(ProgramNotAllowed())

    def _is_address_allowed(self, name: str) -> bool:
        try:
            return self._is_inside_allowed(_address(name))
        except ValueError:
            return False

    def _is_inside_allowed(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _refuse(self, refusal: KaigongError) -> Any:
        self.refused.append(refusal)
        raise NotAllowed(str(refusal))


@contextmanager
def guarded(guard: Guard) -> Iterator[Guard]:
    """Whatever this thread calls inside the block, it reaches what the guard allows."""
    _watch()
    _here.guard = guard
    try:
        yield guard
    finally:
        _here.guard = None


def _address(host: str) -> Address:
    """An address in its plain form; one that stands for another is the other."""
    address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and any(address in network for network in _TRANSLATED):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")


def _connected(guard: Guard, args: tuple[Any, ...]) -> None:
    """``socket.connect``: the socket, and where to; a path is a socket of this machine."""
    to = args[1]
    guard.check_address(_text(to[0]) if isinstance(to, tuple) else "local")


def _sent(guard: Guard, args: tuple[Any, ...]) -> None:
    """``socket.sendto``: a packet without a connection; inside one there is no address."""
    if args[1] is not None:
        guard.refuse_program()


_LOOKED_UP: Callable[[Guard, tuple[Any, ...]], None] = lambda guard, args: guard.check_host(  # noqa: E731
    _text(args[0])
)
_STARTED: Callable[[Guard, tuple[Any, ...]], None] = lambda guard, _: guard.refuse_program()  # noqa: E731
_CHECKS: Mapping[str, Callable[[Guard, tuple[Any, ...]], None]] = {
    "socket.getaddrinfo": _LOOKED_UP,
    "socket.gethostbyname": _LOOKED_UP,
    "socket.connect": _connected,
    "socket.sendto": _sent,
    "socket.sendmsg": _sent,
    "syslog.syslog": _STARTED,
    "subprocess.Popen": _STARTED,
    "os.system": _STARTED,
    "os.exec": _STARTED,
    "os.posix_spawn": _STARTED,
}
_here = threading.local()


def _audit(event: str, args: tuple[Any, ...]) -> None:
    check = _CHECKS.get(event)
    if check is not None:
        guard = getattr(_here, "guard", None)
        if guard is not None:
            check(guard, args)


@cache
def _watch() -> None:
    """Begin to look on; there is no way to stop, and nothing is looked at but inside a guard."""
    sys.addaudithook(_audit)
