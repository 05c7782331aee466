"""The weekly callback as lists, screens and programs show it: no name, numbers masked, no figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from hotline.domain.residents import masked_number
from hotline.domain.surveys.campaign import PERSON_STATES
from hotline.domain.surveys.dispositions import Disposition
from hotline.store.survey_draw import Made
from hotline.store.tables import SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office
from hotline.views import View, town_time
from hotline.words import word


def survey_view(office: Office, row: SurveyRow) -> View:
    """A campaign: how many stand where, and how its calls ended."""
    counts = office.surveys.counts(row.id)
    states = {state: _sum(counts, state=state) for state in PERSON_STATES}
    ended = {code: n for code in Disposition if (n := _sum(counts, code=code, state="done"))}
    return {
        "id": row.id,
        "week": row.week,
        "state": row.state,
        "seed": row.seed,
        "size": row.size,
        "drawn": sum(counts.values()),
        "served": row.plan.get("served"),
        "candidates": row.plan.get("candidates"),
        "made_by": row.made_by,
        "made_at": town_time(row.made_at),
        "people": states,
        "dispositions": {str(code): n for code, n in ended.items()},
        "digest": row.plan.get("digest", ""),
        "version": row.version,
    }


def person_view(row: SurveyPersonRow, *, lifted: bool = False) -> View:
    """Somebody drawn."""
    return {
        "id": row.id,
        "place_in_draw": row.place_in_draw,
        "number": row.number if lifted else masked_number(row.number),
        "matter": row.matter,
        "service": row.service,
        "place": row.place,
        "clerk": row.clerk,
        "day": row.day.isoformat(),
        "chance": row.chance,
        "weight": row.weight,
        "state": row.state,
        "attempts": row.attempts,
        "disposition": row.disposition,
        "disposition_name": word("aapor", row.disposition) if row.disposition else "",
        "medium": row.medium,
        "due_at": town_time(row.due_at) if row.due_at else None,
        "ended_at": town_time(row.ended_at) if row.ended_at else None,
        "note": row.note,
    }


def draw_view(made: Made, *, explain: bool) -> View:
    """A draw, kept or tried; with `explain` why each of those served is in or out."""
    of = Counter(one.clerk for one in made.frame.candidates)
    view: dict[str, Any] = {
        "week": made.wish.week,
        "survey": made.survey,
        "seed": made.wish.seed,
        "served": len(made.served),
        "candidates": len(made.frame.candidates),
        "size": made.draw.size,
        "size_why": _why_so_many(made),
        "drawn": len(made.draw.drawn),
        "strata": [
            {"clerk": name, "calls": round(share, 3), "of": of[name]}
            for name, share in sorted(made.draw.shares.items())
        ],
        "digest": made.digest,
    }
    if explain:
        weights = {one.served.id: one.weight for one in made.draw.drawn}
        view["everybody"] = [
            {
                "matter": one.id,
                "number": masked_number(one.number) if one.number else "",
                "service": one.service,
                "place": one.place,
                "clerk": one.clerk,
                "day": one.day.isoformat(),
                "why": why,
                "chance": chance,
                "weight": weights.get(one.id, 0.0),
            }
            for one, why, chance in made.why
        ]
    return view


def _why_so_many(made: Made) -> str:
    """What decided how many telephones are drawn."""
    if made.wish.size is not None:
        return f"{made.wish.size} telephones were asked for"
    rules, wanted = made.wish.rules, made.wanted
    return (
        f"{wanted.for_interval} telephones for ± {rules.half_width:.0%} at {rules.expected:.0%} satisfied, "
        f"{wanted.for_clerks} for {rules.answers_a_clerk} answers about each of {wanted.clerks} clerks, "
        f"where {rules.response:.0%} answer: the larger"
    )


def _sum(counts: Mapping[tuple[str, str], int], *, state: str = "", code: str = "") -> int:
    return sum(n for (of, how), n in counts.items() if state in ("", of) and code in ("", how))
