"""What is due now goes to its queue as soon as it is committed; the sweeps are the net below."""

from __future__ import annotations

from hotline.store.leaving import Announce, Leaving
from tasks.entries import enqueue_calls, enqueue_messages
from tasks.queues import CALLS, OUTBOX, queue


def at_once(url: str, *, texts: bool = True) -> Announce:
    """Enqueues calls, and texts unless somebody else does. Never raises where the Redis at `url` is away."""
    calls, messages = queue(url, CALLS), queue(url, OUTBOX)

    def announce(left: Leaving) -> None:
        if left.calls:
            enqueue_calls(calls, left.calls)
        if texts and left.messages:
            enqueue_messages(messages, left.messages)

    return announce
