"""`hotline talk`: a telephone in this terminal, with keys or with text messages."""

from __future__ import annotations

import asyncio
import sys
import threading

import click

from ivr.exchange.plant import WORDS
from ivr.exchange.remote_line import NoLine, plugged_in
from ivr.exchange.terminal import KeypadTelephone, TextingTelephone

CALLER = "13800000001"


@click.command()
@click.option("--from", "number", default=CALLER, show_default=True, help="The number this telephone has.")
@click.option("--sms", is_flag=True, help="Write text messages instead of ringing.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The running service.")
@click.option("--token", default="", envvar="HOTLINE_LINE_TOKEN", help="Line token, from another machine.")
def talk(number: str, *, sms: bool, url: str, token: str) -> None:
    """Ring the hotline from this terminal: it prints what is said and takes digits, a line at a time."""
    try:
        asyncio.run(_texting(number, url, token) if sms else _ringing(number, url, token))
    except NoLine as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except ConnectionError as gone:
        raise click.ClickException("the exchange is gone") from gone


async def _ringing(number: str, url: str, token: str) -> None:
    telephone = KeypadTelephone(number, click.echo)
    async with plugged_in(url, telephone, token=token):
        _read_lines(telephone.lines)
        await telephone.call()


async def _texting(number: str, url: str, token: str) -> None:
    telephone = TextingTelephone(number, click.echo)
    async with plugged_in(url, telephone, token=token):
        click.echo(WORDS["texting"])
        _read_lines(telephone.lines)
        await telephone.talk()


def _read_lines(lines: asyncio.Queue[str | None]) -> None:
    """Feeds what is typed; on a thread of its own, since a terminal cannot be read without waiting."""
    loop = asyncio.get_running_loop()

    def put(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        for line in sys.stdin:
            put(line.rstrip("\n"))
        put(None)

    threading.Thread(target=read, daemon=True).start()
