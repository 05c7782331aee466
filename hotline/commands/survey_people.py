"""`hotline survey people|listed|told`: who was drawn, who is left to a person, and what that person was told."""

from __future__ import annotations

import getpass
import os

import click

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.domain.errors import Refused
from hotline.domain.surveys.campaign import PERSON_STATES, RATINGS
from hotline.domain.surveys.dispositions import Disposition
from hotline.store import survey_talk
from hotline.store.survey_talk import Said
from hotline.store.tables import LookRow, SurveyPersonRow
from hotline.store.unit_of_work import Office
from hotline.survey_views import person_view

_COLUMNS = ("id", "number", "matter", "clerk", "day", "state", "attempts", "disposition_name", "medium", "due_at")
_LISTED = ("id", "number", "service", "place", "day", "attempts", "disposition_name")
_ENDS = {
    "refused": Disposition.REFUSED,
    "not_served": Disposition.NOT_SERVED,
    "deceased": Disposition.DECEASED,
    "no_answer": Disposition.NO_ANSWER,
}
unmask = click.option("--unmask", default="", metavar="REASON", help="Whole numbers; the reason is written down.")


@click.command()
@click.argument("week")
@click.option("--state", type=click.Choice(PERSON_STATES), help="Only who has got so far.")
@unmask
@as_json
def people(week: str, state: str | None, unmask: str, *, json_: bool) -> None:
    """Who was drawn in a week, in the order of the draw."""
    with records() as store, store.open() as office:
        row = office.surveys.of_week(week)
        if row is None:
            raise click.ClickException(f"{week} has not been drawn: hotline survey draw --week {week}")
        _note(office, f"survey people {week}", unmask)
        views = [person_view(one, lifted=bool(unmask)) for one in office.surveys.people(row.id, state or "")]
        office.commit()
    show(views, _COLUMNS, json_=json_)


@click.command()
@unmask
@as_json
def listed(unmask: str, *, json_: bool) -> None:
    """Whom a person is to ring: neither calls nor texts reached them, or they were not understood."""
    with records() as store, store.open() as office:
        _note(office, "survey list", unmask)
        rows = [one for row in office.surveys.all() for one in office.surveys.people(row.id, "listed")]
        views = [person_view(one, lifted=bool(unmask)) for one in rows]
        office.commit()
    show(views, _LISTED, json_=json_)


@click.command()
@click.argument("person", type=int)
@click.option("--attitude", type=click.IntRange(1, 5), help="5 非常满意 … 1 非常不满意.")
@click.option("--efficiency", type=click.IntRange(1, 5))
@click.option("--discipline", type=click.IntRange(1, 5))
@click.option("--solved/--not-solved", default=None, help="Whether their matter is really done.")
@click.option("--remark", default="", help="What they said besides.")
@click.option("--ended", type=click.Choice(tuple(_ENDS)), help="Why they told nothing.")
def told(person: int, **said: object) -> None:
    """Write down what PERSON of the list told you, or why nothing."""
    with records() as store, store.open() as office:
        row = office.surveys.held(person)
        if row is None:
            raise click.ClickException(f"there is no person {person}: hotline survey listed shows them")
        try:
            _write(office, row, said)
        except Refused as no:
            raise click.ClickException("give ratings, --solved, --remark or --ended") from no
        office.commit()
    click.echo(f"{person}: {row.disposition}")


def _write(office: Office, row: SurveyPersonRow, said: dict[str, object]) -> None:
    now, any_ = utc_now(), False
    for key in (*RATINGS, "solved", "remark"):
        value = said[key]
        if value in (None, ""):
            continue
        level = value if isinstance(value, int) and not isinstance(value, bool) else None
        yes, text = (value if isinstance(value, bool) else None), (value if isinstance(value, str) else "")
        told = Said(key, "person", now, level=level, yes=yes, text=text)
        survey_talk.keep(office, row, told)
        any_ = True
    if any_:
        survey_talk.finish(office, row, now)
    elif said["ended"]:
        survey_talk.set_aside(office, row, _ENDS[str(said["ended"])], now)
    else:
        raise Refused("nothing_told")


def _note(office: Office, what: str, reason: str) -> None:
    """Who saw whole numbers, and why."""
    if reason:
        user = (os.environ.get("SUDO_USER") or getpass.getuser())[:40]
        look = LookRow(username=user, what=what[:120], reason=reason)
        look.at = utc_now()
        office.session.add(look)
