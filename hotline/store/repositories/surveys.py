"""The weekly callback, on tables: draws, people, answers, ratings, and at which hours people pick up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.surveys.frame import Asked, Out, Served
from hotline.store import served
from hotline.store.tables import (
    AnsweringHourRow,
    CallOutRow,
    ContactWishRow,
    ConversationRow,
    RatingRow,
    SurveyAnswerRow,
    SurveyFrameRow,
    SurveyPersonRow,
    SurveyRow,
    WalkInRow,
)

Values = Mapping[str, Any]
"""A row's columns by name."""
DECEASED = "deceased"
"""As `opted_out_by`: nobody rings a number whose owner has died."""


class Surveys:
    """Campaigns, and everybody they were about."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # -- out of whom

    def served_between(self, first: date, last: date) -> list[Served]:
        """Everybody served on these days, both included."""
        return served.served_between(self._session, first, last)

    def confidential_between(self, first: date, last: date) -> frozenset[str]:
        """Which of these matters no telephone is told about."""
        return served.confidential_between(self._session, first, last)

    def matter(self, matter: str) -> Served | None:
        """A finished matter that may be rated."""
        return served.served_matter(self._session, matter)

    def latest_matter(self, number: str, since: datetime) -> Served | None:
        return served.latest_matter(self._session, number, since)

    def asked_since(self, since: datetime) -> list[Asked]:
        """Whom earlier draws took and did not let go untried."""
        row = SurveyPersonRow
        tried = or_(row.attempts > 0, row.state != "done")
        query = select(row.number, row.drawn_at).where(row.drawn_at >= since, tried)
        return [Asked(number, at.date()) for number, at in self._session.execute(query)]

    def opted_out_among(self, numbers: Sequence[str]) -> set[str]:
        """Which of these numbers have opted out."""
        found: set[str] = set()
        for start in range(0, len(numbers), 500):
            query = select(ContactWishRow.number).where(ContactWishRow.opted_out_at.is_not(None))
            found |= set(
                self._session.scalars(query.where(ContactWishRow.number.in_(numbers[start : start + 500])))
            )
        return found

    def barred(self) -> dict[str, Out]:
        """Numbers that opted out, or whose owner has died."""
        query = select(ContactWishRow.number, ContactWishRow.opted_out_by).where(
            ContactWishRow.opted_out_at.is_not(None)
        )
        return {
            number: Out.DECEASED if by == DECEASED else Out.OPTED_OUT
            for number, by in self._session.execute(query)
        }

    # -- campaigns

    def keep(self, row: SurveyRow, frame: Iterable[Values], people: Iterable[Values]) -> SurveyRow | None:
        """Writes a draw down; None if the week has one already."""
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        for table, values in ((SurveyFrameRow.__table__, frame), (SurveyPersonRow.__table__, people)):
            rows = [{**one, "survey": row.id} for one in values]
            if rows:  # past the mapper: a hundred thousand rows need no objects
                self._session.execute(insert(table), rows)  # type: ignore[arg-type]
        return row

    def of_week(self, week: str) -> SurveyRow | None:
        return self._session.scalars(select(SurveyRow).where(SurveyRow.week == week)).one_or_none()

    def all(self) -> Sequence[SurveyRow]:
        """The newest week first."""
        return self._session.scalars(select(SurveyRow).order_by(SurveyRow.week.desc())).all()

    def locked(self, survey: int) -> SurveyRow | None:
        return self._session.get(SurveyRow, survey, with_for_update=True, populate_existing=True)

    def frame(self, survey: int) -> Sequence[SurveyFrameRow]:
        query = select(SurveyFrameRow).where(SurveyFrameRow.survey == survey)
        return self._session.scalars(query.order_by(SurveyFrameRow.matter)).all()

    # -- people

    def people(self, survey: int, state: str = "") -> Sequence[SurveyPersonRow]:
        """In the order of the draw."""
        query = select(SurveyPersonRow).where(SurveyPersonRow.survey == survey)
        if state:
            query = query.where(SurveyPersonRow.state == state)
        return self._session.scalars(query.order_by(SurveyPersonRow.place_in_draw)).all()

    def person(self, person: int) -> SurveyPersonRow | None:
        return self._session.get(SurveyPersonRow, person)

    def held(self, person: int) -> SurveyPersonRow | None:
        """The person's row, held against everybody else until this transaction ends."""
        return self._session.get(SurveyPersonRow, person, with_for_update=True, populate_existing=True)

    def of_conversation(self, conversation: str) -> SurveyPersonRow | None:
        """Whom a conversation asks; held."""
        query = select(SurveyPersonRow).where(SurveyPersonRow.conversation == conversation)
        return self._session.scalars(query.limit(1).with_for_update()).one_or_none()

    def texted(self, number: str) -> SurveyPersonRow | None:
        """Whom we have written to at this number and still wait for, the latest; held."""
        row = SurveyPersonRow
        query = select(row).where(row.number == number, row.state == "texted")
        return self._session.scalars(query.order_by(row.id.desc()).limit(1).with_for_update()).first()

    def due(self, survey: int, now: datetime, limit: int) -> Sequence[SurveyPersonRow]:
        """Who waits for a step that is due, or for one to be planned; held."""
        row = SurveyPersonRow
        of_state = select(row).where(row.survey == survey, row.state == "waiting")
        found: list[SurveyPersonRow] = []
        for wanted, order in (
            (of_state.where(row.due_at <= now), row.due_at),
            (of_state.where(row.due_at.is_(None)), row.place_in_draw),
            (select(row).where(row.survey == survey, row.state == "texted", row.due_at <= now), row.due_at),
        ):
            found += self._session.scalars(wanted.order_by(order, row.id).limit(limit).with_for_update())
        return found

    def calling(self, survey: int) -> Sequence[tuple[SurveyPersonRow, CallOutRow]]:
        """Whose attempt is under way, with it; the people held."""
        row = SurveyPersonRow
        query = (
            select(row, CallOutRow)
            .join(CallOutRow, CallOutRow.id == row.call)
            .where(row.survey == survey, row.state == "calling")
            .order_by(row.id)
            .with_for_update(of=row)
        )
        return [(person, call) for person, call in self._session.execute(query)]

    def attempts_among(self, people: Sequence[int]) -> dict[int, list[CallOutRow]]:
        """Every attempt at ringing each of them, the first first; nothing of who was not rung."""
        found: dict[int, list[CallOutRow]] = {}
        for start in range(0, len(people), 500):
            reasons = {f"survey:{person}": person for person in people[start : start + 500]}
            query = select(CallOutRow).where(CallOutRow.reason.in_(reasons))
            for call in self._session.scalars(query.order_by(CallOutRow.attempt)):
                found.setdefault(reasons[call.reason], []).append(call)
        return found

    def waiting_calls(self, survey: int) -> Sequence[CallOutRow]:
        """Attempts that are written down and have not left; held against the gate."""
        row, call = SurveyPersonRow, CallOutRow
        query = select(call).join(row, row.call == call.id).where(row.survey == survey, row.state == "calling")
        return self._session.scalars(query.where(call.state == "waiting").with_for_update(of=call)).all()

    def unfinished(self, survey: int) -> bool:
        """Whether anybody is still to be rung or written to, or their answer is awaited."""
        row = SurveyPersonRow
        query = select(row.id).where(row.survey == survey, row.state.in_(("waiting", "calling", "texted")))
        return self._session.scalars(query.limit(1)).first() is not None

    def counts(self, survey: int) -> dict[tuple[str, str], int]:
        """How many stand in each (state, disposition)."""
        row = SurveyPersonRow
        query = select(row.state, row.disposition, func.count()).where(row.survey == survey)
        found = self._session.execute(query.group_by(row.state, row.disposition))
        return {(state, disposition): count for state, disposition, count in found}

    # -- what they said

    def keep_answer(self, person: int, key: str, told: Values) -> SurveyAnswerRow:
        """What was said last to a question counts."""
        query = select(SurveyAnswerRow).where(SurveyAnswerRow.person == person, SurveyAnswerRow.key == key)
        row = self._session.scalars(query.with_for_update()).one_or_none()
        if row is None:
            row = SurveyAnswerRow(person=person, key=key)
            self._session.add(row)
        for name, value in told.items():
            setattr(row, name, value)
        self._session.flush()
        return row

    def answers(self, person: int) -> Sequence[SurveyAnswerRow]:
        query = select(SurveyAnswerRow).where(SurveyAnswerRow.person == person)
        return self._session.scalars(query.order_by(SurveyAnswerRow.id)).all()

    def answered(self, survey: int) -> Sequence[tuple[SurveyPersonRow, SurveyAnswerRow]]:
        """Every answer of a campaign beside who gave it."""
        query = (
            select(SurveyPersonRow, SurveyAnswerRow)
            .join(SurveyAnswerRow, SurveyAnswerRow.person == SurveyPersonRow.id)
            .where(SurveyPersonRow.survey == survey)
            .order_by(SurveyAnswerRow.id)
        )
        return [(person, answer) for person, answer in self._session.execute(query)]

    def to_hand_over(self, silent_since: datetime, limit: int = 200) -> Sequence[SurveyPersonRow]:
        """Whose answers are not in the ledger yet, and whose conversation has been silent since; held."""
        row, talk = SurveyPersonRow, ConversationRow
        going_on = select(talk.id).where(talk.state == "open", talk.touched_at > silent_since)
        query = select(row).where(
            row.handed_at.is_(None), row.told_at.is_not(None), row.state.in_(("done", "listed"))
        )
        silent = query.where(row.conversation.not_in(going_on))
        return self._session.scalars(silent.order_by(row.id).limit(limit).with_for_update()).all()

    # -- ratings of one's own accord

    def keep_rating(self, values: Values) -> RatingRow:
        """What was said last of a matter counts."""
        query = select(RatingRow).where(RatingRow.matter == values["matter"])
        row = self._session.scalars(query.with_for_update()).one_or_none()
        if row is None:
            row = RatingRow()
            self._session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        self._session.flush()
        return row

    def rating(self, matter: str) -> RatingRow | None:
        return self._session.scalars(select(RatingRow).where(RatingRow.matter == matter)).one_or_none()

    def ratings(self, since: datetime, before: datetime) -> Sequence[RatingRow]:
        query = select(RatingRow).where(RatingRow.at >= since, RatingRow.at < before)
        return self._session.scalars(query.order_by(RatingRow.at, RatingRow.id)).all()

    # -- walk-ins

    def known_digests(self, digests: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(digests), 500):
            query = select(WalkInRow.digest).where(WalkInRow.digest.in_(digests[start : start + 500]))
            found |= set(self._session.scalars(query))
        return found

    def add_walk_ins(self, rows: Sequence[Values]) -> None:
        if rows:
            self._session.execute(insert(WalkInRow), [dict(row) for row in rows])

    # -- hours

    def note_hours(self, learnt: Sequence[tuple[str, str, bool]]) -> None:
        """Counts a step's attempts: whose telephone, in which stretch of the day, and whether it was answered."""
        row = AnsweringHourRow
        query = select(row).where(row.number.in_({number for number, _, _ in learnt}))
        known = {(one.number, one.slot): one for one in self._session.scalars(query.with_for_update())}
        for number, slot, answered in learnt:
            one = known.get((number, slot))
            if one is None:
                one = known[number, slot] = row(number=number, slot=slot, tried=0, answered=0)
                self._session.add(one)
            one.tried += 1
            one.answered += int(answered)
        self._session.flush()

    def hours_of(self, numbers: Sequence[str]) -> dict[str, dict[str, tuple[int, int]]]:
        """Tried and answered by slot, of each number."""
        found: dict[str, dict[str, tuple[int, int]]] = {}
        row = AnsweringHourRow
        for start in range(0, len(numbers), 500):
            query = select(row.number, row.slot, row.tried, row.answered)
            for number, slot, tried, answered in self._session.execute(
                query.where(row.number.in_(numbers[start : start + 500]))
            ):
                found.setdefault(number, {})[slot] = (tried, answered)
        return found

    def hours_of_all(self) -> dict[str, tuple[int, int]]:
        """Tried and answered by slot, everybody's."""
        row = AnsweringHourRow
        query = select(row.slot, func.sum(row.tried), func.sum(row.answered)).group_by(row.slot)
        return {slot: (int(tried), int(answered)) for slot, tried, answered in self._session.execute(query)}
