"""Run a command where loopback is the only network: python lonely.py COMMAND... (Linux, as root)."""

from __future__ import annotations

import ctypes
import os
import sys

_NEW_NETWORK = 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def main() -> None:
    """Leave the network, bring loopback up, and become the command."""
    leave()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - that is what it is for


def leave() -> None:
    """Put this process into a network of its own with loopback alone. Raises OSError where that is not allowed."""
    import fcntl
    import socket
    import struct

    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    with socket.socket() as one:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(one, _GET_FLAGS, request))[1]
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


if __name__ == "__main__":
    main()
