"""Read by every Python that a notebook starts: it lets nothing speak with anything but this machine.

Whoever tries is refused, as where there is no network, and noted in the file that BOOK_NETWORK names.
"""

import ipaddress
import os
import socket
import sys

_NOTES = os.environ.get("BOOK_NETWORK", "")
_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname()}
_FAMILIES = {socket.AF_INET, socket.AF_INET6}


def _is_here(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name in _NAMES or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _asks_for(host: object) -> bool:
    """Say whether somebody would have to be asked for a host's address; one that is an address is refused later."""
    name = str(host or "")
    return not _is_here(host) and not name.replace(".", "").isdigit() and ":" not in name


def _refuse(what: str) -> None:
    program = " ".join(sys.orig_argv)[:300].replace("\n", " ")
    with open(_NOTES, "a", encoding="utf-8") as notes:  # noqa: PTH123 - every start of Python waits for this module
        notes.write(f"{what}, by: {program}\n")
    raise ConnectionRefusedError(f"a notebook speaks with this machine alone, not with {what}")


def _watch(event: str, arguments: tuple) -> None:  # type: ignore[type-arg]
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        one, address = arguments[0], arguments[1]
        sends = event != "socket.connect" or one.type != socket.SOCK_DGRAM
        if sends and one.family in _FAMILIES and address and not _is_here(address[0]):
            _refuse(f"{address[0]} port {address[1]}")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and _asks_for(arguments[0]):
        _refuse(f"the name {arguments[0]!r}")


if _NOTES:
    sys.addaudithook(_watch)
