"""Whose process is at the other end of a loopback connection. Linux only: elsewhere the answer is never "ours"."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

_ESTABLISHED = "01"


def is_ours(client: tuple[str, int], server: tuple[str, int]) -> bool:
    """Whether the connection client → server was opened by a process of the user that runs this one (/proc/net/tcp*)."""
    try:
        wanted = (_hex(*client), _hex(*server))
        return any(_uid(table, wanted) == os.getuid() for table in ("tcp", "tcp6"))
    except (OSError, ValueError):
        return False


def _uid(table: str, wanted: tuple[tuple[str, ...], tuple[str, ...]]) -> int | None:
    """Owner of the socket whose local end is the client and whose far end is the server."""
    for line in Path("/proc/net", table).read_text("ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1] in wanted[0] and fields[2] in wanted[1]:
            # a socket that its process has left is nobody's, and stands there as root's: state is no longer 01, inode is 0
            return int(fields[7]) if fields[3] == _ESTABLISHED and fields[9] != "0" else None
    return None


def _hex(host: str, port: int) -> tuple[str, ...]:
    """An address as the tables write it, by 32-bit words in the machine's order; IPv4 also as mapped into IPv6."""
    address = ipaddress.ip_address(host)
    ends = [address.packed]
    if address.version == 4:
        ends.append(ipaddress.IPv6Address(f"::ffff:{host}").packed)
    words = ("".join(one[i : i + 4][::-1].hex() for i in range(0, len(one), 4)).upper() for one in ends)
    return tuple(f"{one}:{port:04X}" for one in words)
