"""By which way, and over which number, somebody is told: what they wish, then what can be had."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.courtesy import occasion, way_of
from hotline.domain.numbers import Reach, reach_of
from hotline.store.tables import ContactWishRow
from hotline.store.unit_of_work import Office

NO_TEXTS = ("sms", "carrier")
"""Who opted out like this wants, or can be sent, no texts; a call may still tell what they asked for."""


@dataclass(frozen=True)
class Way:
    """`by` is sms, voice, silent (they do not wish to be told) or empty (they cannot be)."""

    by: str
    number: str


def way_to(office: Office, number: str, kind: str, channel: str = "either") -> Way:
    """How something of this kind goes to whom this number belongs to."""
    wish = office.session.get(ContactWishRow, number)
    prefers = wish.channel if wish else ""
    if prefers == "silent":
        if occasion(kind).progress:
            return Way("silent", number)
        prefers = ""
    if kind == "offer" and wish is not None and wish.opted_out_by in NO_TEXTS:
        return Way("" if reach_of(number) is Reach.NOWHERE else "voice", number)
    texted = _texted(office, wish, kind)
    by = way_of(channel, prefers, Reach.MOBILE if texted else reach_of(number))
    return Way(by, texted if texted and by == "sms" else number)


def _texted(office: Office, wish: ContactWishRow | None, kind: str) -> str:
    """The other number that texts go to, where its owner has not refused them."""
    if wish is None or not wish.text_to or reach_of(wish.text_to) is not Reach.MOBILE:
        return ""
    refused = office.contact_wishes.opted_out(wish.text_to) and not occasion(kind).asked
    return "" if refused else wish.text_to
