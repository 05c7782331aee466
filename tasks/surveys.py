"""The weekly callback by itself: the draw on its day, every campaign a step further, answers into the ledger."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from rq import Queue
from sqlalchemy import or_, select

from hotline.clock import Clock, utc_now
from hotline.config import Settings
from hotline.contact_rules import read_survey_rules
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import ContactRules, may_ring
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.surveys.campaign import UNDER_WAY, SurveyRules
from hotline.store import survey_talk
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.survey_steps import Step, Work, take_step
from hotline.store.tables import SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Store
from hotline.town import current_town
from ivr.clerking.surveys import facts_of
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import words
from tasks.entries import enqueue_calls, enqueue_messages
from tasks.queues import CALLS, OUTBOX, embedded, queue
from tasks.workplace import workplace

logger = logging.getLogger(__name__)

STEPS = 10
"""Of a campaign in one run: the job's worker has other things to do, and the next run is a minute away."""
BREATH_S = 0.1
"""Between two steps: SQLite asks for its writer's place every 100 ms at the latest, so a call gets it."""
RESUMES_WITHIN = timedelta(minutes=30)
"""So long a broken-off conversation may be taken up again before it goes to the ledger as it is."""


def weekly_callback() -> int:
    """The job: what is due is drawn, rung, written and handed over; how many people got further."""
    here, settings = workplace(), Settings.from_environment(os.environ)
    rules = read_survey_rules(settings.data_dir)
    with here.store.open() as office:
        town = current_town(office, settings.learnt)
    draw_week(here.store, rules, here.rules)
    return go_on(here.store, work_of(here.store, (town, rules, here.rules)), _enqueue)


def draw_week(store: Store, rules: SurveyRules, contact: ContactRules, clock: Clock = utc_now) -> int | None:
    """Draws last week on its day, once; the survey, or None where it is not the day or has been drawn."""
    now = clock()
    local = now.astimezone(TOWN_TIME)
    if local.weekday() != rules.weekday or not may_ring("survey", now, contact.calling):
        return None
    year, week, _ = (local - timedelta(days=7)).isocalendar()
    wish = Wish(f"{year}-W{week:02}", secrets.token_hex(8), "hotline", rules=rules)
    with store.open() as office:
        if office.surveys.of_week(wish.week) is not None:
            return None
        try:
            made = keep_draw(office, wish, now, office.catalogue.newest())
        except Refused:
            return None  # another worker was quicker
        office.commit()
    facts = {"week": wish.week, "seed": wish.seed, "drawn": len(made.draw.drawn), "served": len(made.served)}
    logger.info("a week was drawn", extra=facts)
    return made.survey


def work_of(store: Store, by: tuple[Town, SurveyRules, ContactRules], clock: Clock = utc_now) -> Work:
    """How campaigns are worked, with the text for those who cannot be reached by telephone."""
    town, rules, contact = by

    def invite(person: SurveyPersonRow) -> str:
        facts = facts_of(person, town, clock().astimezone(TOWN_TIME).date())
        name = "sms.survey.case" if facts["kind"] == "case" else "sms.survey.visit"
        return words(Prompt(name, {key: facts[key] for key in ("day", "done", "service")}))

    return Work(rules, contact.calling, invite)


def go_on(
    store: Store,
    work: Work,
    enqueue: Callable[[Step], None] | None = None,
    clock: Clock = utc_now,
    *,
    breath: float = BREATH_S,
) -> int:
    """Takes every campaign some steps further, a breath between them; how many people got further."""
    moved = 0
    for survey in _under_way(store):
        step = Step()
        for _ in range(STEPS):  # each a transaction of its own
            with store.open() as office:
                step = take_step(office, survey, work, clock(), everybody=step.everybody)
                office.commit()
            moved += step.moved
            if enqueue is not None:
                enqueue(step)
            if not step.is_full:
                break
            time.sleep(breath)
    return moved + hand_over(store, clock())


def hand_over(store: Store, now: datetime) -> int:
    """What was said in conversations that nobody takes up again goes to the ledger; how many people's."""
    handed = 0
    with store.open() as office:
        for person in office.surveys.to_hand_over(now - RESUMES_WITHIN):
            survey_talk.hand_over(office, person, now)
            handed += 1
        office.commit()
    return handed


def _under_way(store: Store) -> list[int]:
    """Campaigns that go on, and those that were stopped while somebody was on the line."""
    calling = select(SurveyPersonRow.survey).where(SurveyPersonRow.state == "calling")
    wanted = or_(SurveyRow.state.in_(UNDER_WAY), SurveyRow.id.in_(calling))
    with store.open() as office:
        return list(office.session.scalars(select(SurveyRow.id).where(wanted).order_by(SurveyRow.id)))


def _enqueue(step: Step) -> None:
    enqueue_calls(_queue(CALLS), step.calls)
    enqueue_messages(_queue(OUTBOX), step.messages)


def _queue(name: str) -> Queue:
    settings = Settings.from_environment(os.environ)
    own = embedded(settings)
    return queue(own.url if own else settings.redis_url, name)
