"""A port nobody listens on."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Free at this moment, on this machine only."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
