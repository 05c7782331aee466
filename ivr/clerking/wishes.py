"""The clerk keeps how the owner of the calling number wishes to be told, and where their texts go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotline.domain.numbers import Reach, reach_of
from hotline.domain.residents import masked_number, plain_number
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import words

if TYPE_CHECKING:
    from ivr.clerk import Clerk

Given = Mapping[str, Json]


def numbers_of(clerk: Clerk) -> list[str]:
    """The calling number, and those whose texts come to it: what they are told of may be answered from here."""
    number = clerk.contact.number
    return [number, *clerk.office.contact_wishes.texted_for(number)] if number else []


def reach(clerk: Clerk, _given: Given) -> Json:
    """What the calling number can be told by, and whether it is time to ask where its texts should go."""
    number = clerk.contact.number
    landline = reach_of(number) is Reach.LANDLINE
    wish = clerk.office.contact_wishes.of(number)
    asked = wish is not None and bool(wish.channel or wish.text_to)
    ask = landline and not asked and clerk.contact.surface != "sms"
    return {"landline": landline, "text_to": wish is not None and bool(wish.text_to), "ask": ask}


def tell_by(clerk: Clerk, given: Given) -> Json:
    """From now on by this way: sms, voice or silent."""
    clerk.office.contact_wishes.prefer(clerk.contact.number, str(given["way"]), clerk.now)
    return {}


def text_to(clerk: Clerk, given: Given) -> Json:
    """Texts go to this number from now on, whose owner is told so once; {"refused": "not_mobile"}."""
    own, other = clerk.contact.number, plain_number(str(given["number"]))
    if not own or reach_of(other) is not Reach.MOBILE:
        return {"refused": "not_mobile"}
    clerk.office.contact_wishes.send_texts_to(own, "" if other == own else other, clerk.now)
    if other != own:
        body = words(Prompt("sms.text_to", {"phone": masked_number(own)}))
        row = clerk.office.messages.put(f"text_to:{own}:{other}"[:80], other, body)
        clerk.messages.extend([row] if row is not None else [])
    return {}
