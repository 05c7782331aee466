"""Whose field is it (责任田): which unit and which officer answer for a topic in a village."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.domain.case_life import VILLAGE, Actor

ANY = "*"
SUPERVISION = "supervision"
"""The topic of the row that names who supervises: what is late goes there."""
CITY = "12345"
"""The unit of what the town has no power over: such a case is handed to the city's line."""


@dataclass(frozen=True)
class Post:
    """One row of the list of officers."""

    topic: str
    village: str
    unit: str
    officer: str
    deputy: str = ""
    phone: str = ""
    """Where the officer is alerted; empty: only on the pages of the staff."""

    @property
    def weight(self) -> tuple[bool, bool]:
        """More specific rows weigh more; a topic weighs more than a village."""
        return (self.topic != ANY, self.village != ANY)

    def covers(self, topic: str, village: str) -> bool:
        return self.topic in (ANY, topic) and self.village in (ANY, village)


def responsible(posts: Iterable[Post], topic: str, village: str, *, besides: Sequence[str] = ()) -> Post | None:
    """The most specific row for a topic in a village; None where there is none.

    People in `besides` (complained about) are passed over: the deputy stands in, else a less specific row.
    """
    fitting = sorted((p for p in posts if p.covers(topic, village)), key=lambda p: p.weight, reverse=True)
    for post in fitting:
        if post.officer not in besides:
            return post if post.deputy not in besides else _alone(post)
        if post.deputy and post.deputy not in besides:
            return Post(post.topic, post.village, post.unit, post.deputy)
    return None


def _alone(post: Post) -> Post:
    return Post(post.topic, post.village, post.unit, post.officer, "", post.phone)


def supervision(posts: Iterable[Post]) -> Post | None:
    """Who supervises."""
    return next((post for post in posts if post.topic == SUPERVISION), None)


def faults(posts: Sequence[Post], topics: Iterable[str], villages: Iterable[str]) -> list[str]:
    """What is wrong with the list: what nobody answers for, rows for what does not exist; empty if all is well."""
    topics, villages = list(topics), list(villages)
    found = [f"no row for {t} where the village is not known" for t in topics if not responsible(posts, t, "")]
    found += [f"no row for {t} in {v}" for t in topics for v in villages if not responsible(posts, t, v)]
    found += [f"no such topic: {p.topic}" for p in posts if p.topic not in (*topics, ANY, SUPERVISION)]
    found += [f"no such village: {p.village}" for p in posts if p.village not in (*villages, ANY)]
    if supervision(posts) is None:
        found.append("no row that names who supervises")
    return found


def phone_of(posts: Iterable[Post], unit: str, officer: str) -> str:
    """Where an officer of a unit is alerted; empty if the list does not say."""
    return next((p.phone for p in posts if p.unit == unit and p.officer == officer and p.phone), "")


def villages_of(posts: Iterable[Post], name: str) -> frozenset[str]:
    """The villages somebody answers for, as officer or deputy."""
    return frozenset(p.village for p in posts if name and name in (p.officer, p.deputy) and p.village != ANY)


def actor(posts: Iterable[Post], username: str, role: str, name: str) -> Actor:
    """A user of the office as an actor: village staff keep the villages that the list gives to their name."""
    return Actor(username, role, name, villages_of(posts, name) if role == VILLAGE else frozenset())


def named_in(story: str, posts: Iterable[Post]) -> tuple[str, ...]:
    """Officers whose names stand in a story: they may be who it is about."""
    names = dict.fromkeys(name for post in posts for name in (post.officer, post.deputy) if name)
    return tuple(name for name in names if name in story)
