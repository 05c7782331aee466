"""Whether a connection that lay in the pool still reaches the database."""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

TRUSTED_S = 5
"""A connection used so lately is asked nothing; a longer silence may have hidden a cut cable."""
_PUT_BACK = "put back at"


def ask_the_silent(engine: Engine) -> None:
    """A restarted database costs nobody a turn: connections it has hung up on are made anew before they are used.

    A server that ends, even by kill -9, leaves something to be read on the socket, which is seen without a round
    trip; who has been idle for long is asked, as SQLAlchemy's `pool_pre_ping` asks every time.
    """

    @event.listens_for(engine, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info[_PUT_BACK] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken_out(connection: Any, record: Any, _proxy: Any) -> None:
        put_back = record.info.get(_PUT_BACK)
        if put_back is None or (time.monotonic() - put_back < TRUSTED_S and _nothing_said(connection)):
            return  # new, or lately used and not hung up on
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as lost:
            raise InvalidatePoolError from lost


def _nothing_said(connection: Any) -> bool:
    """An idle connection has nothing to read, unless the server has ended it (or says something in passing)."""
    if connection.closed:
        return False
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return not heard.poll(0)
