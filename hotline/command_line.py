"""What every command does alike: with --json a refusal is JSON too, and a list has its own name."""

from __future__ import annotations

import json
from typing import Any

import click

from hotline.domain.errors import Refused
from hotline.trouble import Trouble

ASKS_FOR_JSON = "hotline.json"


class Answering(click.Group):
    """A group whose refusals programs can read: with --json one object on standard output, beside the usual line.

    {"error": a sentence, "reason": a word where the office says no, "exit_code": 1; 2 for a command that is none}
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = args[: args.index("--")] if "--" in args else args
        ctx.meta[ASKS_FOR_JSON] = "--json" in words
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            cause = error.__cause__
            reason = cause.reason if isinstance(cause, Refused) else ""
            _answer(ctx, error.format_message(), reason, error.exit_code)
            raise
        except Trouble as error:
            _answer(ctx, "; ".join(error.problems), "", 1)
            raise


def _answer(ctx: click.Context, error: str, reason: str, exit_code: int) -> None:
    if ctx.meta[ASKS_FOR_JSON]:
        told = {"error": error, "reason": reason, "exit_code": exit_code}
        click.echo(json.dumps(told, ensure_ascii=False))


def with_list(group: click.Group) -> None:
    """Gives what a group lists its own name too: `hotline messages list` for `hotline messages`."""

    @click.pass_context
    def list_(context: click.Context, /, **given: Any) -> None:
        context.invoke(group.callback, **given)  # type: ignore[arg-type]  # a group that lists has one

    group.add_command(click.Command("list", callback=list_, params=group.params, help=group.help))
