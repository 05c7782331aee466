"""`hotline`: every command of the office, imported only when it is called, so that help comes at once."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from hotline.command_line import Answering
from hotline.trouble import Trouble

COMMANDS = {
    "serve": ("hotline.commands.serve", "Answer the telephone: the service, its exchange and its worker."),
    "demo": ("hotline.commands.demo", "Three synthetic callers ring; see what becomes of it."),
    "talk": ("hotline.commands.talk", "Ring the hotline from this terminal."),
    "call": ("hotline.commands.call", "Let a synthetic caller ring with a goal."),
    "appointments": ("hotline.commands.appointments", "Appointments on record, and what is done with them."),
    "cases": ("hotline.commands.cases", "Cases: find them, move them, see what is late."),
    "grievances": ("hotline.commands.cases", "The same cases; without a command, all on record."),
    "ledger": ("hotline.commands.ledger", "The callback ledger: what residents said, and what became of it."),
    "figures": ("hotline.commands.survey_figures", "Satisfaction, with intervals; response; clerks to look at."),
    "report": ("hotline.commands.report", "Monthly bulletin, quarterly commendation, public board."),
    "calls": ("hotline.commands.lists", "Calls on record, with their turns if wanted."),
    "residents": ("hotline.commands.residents", "Residents known by their number, and how to reach them."),
    "catalogue": ("hotline.commands.catalogue", "The town's lists: services, desks, clerks, rosters, holidays."),
    "messages": ("hotline.commands.messages", "Texts to residents: what waits, what arrived, who opted out."),
    "outbound": ("hotline.commands.outbound", "Calls the office makes: what waits, how they went."),
    "survey": ("hotline.commands.survey", "The weekly callback: draw it, watch it, pause it, who is left."),
    "doctor": ("hotline.commands.doctor", "Check everything and say how to mend it."),
    "models": ("hotline.commands.models", "List, fetch and verify speech models."),
    "duty": ("hotline.commands.duty", "Who is on duty, and in which order they are rung."),
    "callbacks": ("hotline.commands.callbacks", "Whom a person is to ring back: list, take, done, tried."),
    "staff": ("hotline.commands.staff", "People who may log in to the console."),
    "audit": ("hotline.commands.audit", "Whether the audit trail is whole."),
    "backup": ("hotline.commands.backup", "Copies of the database: make one, list them, check them."),
    "tokens": ("hotline.commands.tokens", "Who and what may use the API."),
    "feeds": ("hotline.commands.feeds", "Addresses at which calendar programs read a clerk's appointments."),
    "api": ("hotline.commands.api", "The API's own document."),
    "worker": ("hotline.commands.worker", "Work the queues: messages, sweeps."),
    "eval": ("hotline.commands.evaluate", "Measure how much of what is said is understood."),
    "fit": ("hotline.commands.fit", "Fit the trust in short answers to the tuning split."),
    "listening": ("hotline.commands.listening", "Measure who is cut off and what stops a prompt."),
    "learn": ("hotline.commands.learn", "What corrections teach; shows what it helps and hurts, then keeps it."),
    "crash-test": (
        "hotline.commands.crash_test",
        "Kill everything while residents talk; count what is lost.",
    ),
    "crash-campaign": (
        "hotline.commands.crash_campaign",
        "Kill everything while a campaign rings; count what is lost.",
    ),
    "simulate": ("hotline.commands.simulate", "Run a planted town in fast time; hold what was found against it."),
    "bench": ("hotline.commands.bench", "Measure how fast the hotline answers."),
}
"""Command: its module, which has a click command of the same name, and its line in the help."""
_NAMES = {"eval": "evaluate", "crash-test": "crash_test", "crash-campaign": "crash_campaign"}
"""Commands whose name is taken in Python."""


class Lazy(Answering):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), _NAMES.get(cmd_name, cmd_name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="village-hotline")
def cli() -> None:
    """The telephone a village rings: booking and grievances over one number, on the town's own machine.

    Settings come from the environment (HOTLINE_…, TWILIO_…); `hotline doctor` lists and checks them.
    """


def main() -> None:
    """The entry point: what went wrong is one line for each thing and exit code 1, never a stack of frames."""
    try:
        cli(prog_name="hotline")
    except Trouble as error:
        for problem in error.problems:
            click.echo(f"hotline: {problem}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
