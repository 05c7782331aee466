"""The weekly callback: what was drawn and out of whom, how each person was reached, what they answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class SurveyRow(Table):
    """The campaign of one week: there is one, however often the draw is asked for."""

    __tablename__ = "surveys"
    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8), unique=True)
    """2026-W47: the week they were served in."""
    seed: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)
    """Telephones asked for; fewer are drawn where there are fewer."""
    state: Mapped[str] = mapped_column(String(10), default="drawn")
    """As in hotline.domain.surveys.campaign."""
    made_by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    plan: Mapped[dict[str, Any]]
    """half_width, digest (of frame and draw), shares by stratum, catalogue (version of the lists)."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the changes of its state."""


class SurveyFrameRow(Table):
    """Everybody served that week, and why they could or could not be drawn: the draw is made again from this."""

    __tablename__ = "survey_frame"
    survey: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    matter: Mapped[str] = mapped_column(String(40), primary_key=True)
    """appointment:307294, case:516082, walk-in:17"""
    number: Mapped[str] = mapped_column(String(60))
    service: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(40))
    clerk: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    stratum: Mapped[str] = mapped_column(String(40))
    """Empty where `out`."""
    chance: Mapped[float] = mapped_column(Float)
    """Of its telephone to be drawn; 0 where `out`."""
    out: Mapped[str] = mapped_column(String(20))
    """Empty, or why not, as in hotline.domain.surveys.frame."""


class SurveyPersonRow(Table):
    """Somebody drawn, and how far the office has got with them."""

    __tablename__ = "survey_people"
    __table_args__ = (
        UniqueConstraint("survey", "number"),
        Index(None, "survey", "state", "due_at"),
        Index(None, "number", "drawn_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    place_in_draw: Mapped[int] = mapped_column(Integer)
    """In this order they are rung, from 1."""
    matter: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60))
    service: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(40))
    clerk: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    stratum: Mapped[str] = mapped_column(String(40))
    chance: Mapped[float] = mapped_column(Float)
    weight: Mapped[float] = mapped_column(Float)
    """How many of the week's matters their answer stands for."""
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    """waiting, calling, texted, listed, done"""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    call: Mapped[int | None] = mapped_column("call_out", Integer)
    """The attempt of calls_out that is under way or was the last one."""
    due_at: Mapped[datetime | None]
    """When the next step is due: an attempt, or giving up waiting for a text."""
    disposition: Mapped[str] = mapped_column(String(5), default="")
    """AAPOR's code (hotline.domain.surveys.dispositions): final once `done`, else the best known so far."""
    medium: Mapped[str] = mapped_column(String(10), default="")
    """voice, keypad, sms, person or empty"""
    conversation: Mapped[str] = mapped_column(String(36), default="", index=True)
    drawn_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When the first answer came."""
    ended_at: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
    """When the answers went to the ledger."""
    note: Mapped[str] = mapped_column(Text, default="")


class SurveyAnswerRow(Table):
    """One answer of one person asked; what was said last counts."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("person", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("survey_people.id"))
    key: Mapped[str] = mapped_column(String(20))
    """attitude, efficiency, discipline, solved, remark"""
    level: Mapped[int | None]
    """5 非常满意 … 1 非常不满意, of a rating."""
    yes: Mapped[bool | None]
    """Of solved."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Of a remark."""
    words: Mapped[str] = mapped_column(Text, default="")
    """As heard, pressed or typed."""
    recording: Mapped[str] = mapped_column(String(200), default="")
    medium: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class RatingRow(Table):
    """A finished matter rated of one's own accord (好差评). Never mixed with a survey: who comes by themselves is
    no random sample."""

    __tablename__ = "ratings"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(String(40), unique=True)
    number: Mapped[str] = mapped_column(String(60), index=True)
    service: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(40))
    clerk: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    levels: Mapped[dict[str, Any]]
    """overall, or by dimension: 5 best … 1."""
    solved: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    recording: Mapped[str] = mapped_column(String(200), default="")
    medium: Mapped[str] = mapped_column(String(10))
    conversation: Mapped[str] = mapped_column(String(36), default="")
    at: Mapped[datetime] = mapped_column(index=True)


class WalkInRow(Table):
    """Somebody served at a window without an appointment, as a station's list tells it."""

    __tablename__ = "walk_ins"
    __table_args__ = (Index(None, "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[str] = mapped_column(String(60))
    service: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(40))
    clerk: Mapped[str] = mapped_column(String(40))
    imported_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of its line: the same list twice brings nothing new."""


class AnsweringHourRow(Table):
    """At which hours somebody picks up."""

    __tablename__ = "answering_hours"
    number: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    """As in hotline.domain.surveys.hours."""
    tried: Mapped[int] = mapped_column(Integer)
    answered: Mapped[int] = mapped_column(Integer)
