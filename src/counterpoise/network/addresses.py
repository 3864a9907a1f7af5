"""Which numbers of a host may be reached."""

from __future__ import annotations

import ipaddress

__all__ = ["is_public"]


def is_public(number: str) -> bool:
    """Tell whether a number may be reached: global unicast, also where it hides a version 4 address."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    inner = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    plain = address.is_global and not address.is_multicast
    return plain and (inner is None or (inner.is_global and not inner.is_multicast))
