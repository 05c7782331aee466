"""A time of which only a part could be read: the day in front of it or the hour behind it, found by the audio.

Of “请求晚上七点吧” the evening is sure; which day 请求 was, the free days and the audio tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from hotline.domain.errors import Refused
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Option
from ivr.numerals import numeral
from ivr.understanding import lexicon
from ivr.understanding.candidates import Candidate
from ivr.understanding.rescoring import Score
from ivr.understanding.sounds import Heard

_LONGEST = 12
"""Syllables of an answer short enough to hold a time and nothing else."""
_LEAST_HEAD, _LEAST_TAIL = 2, 2
_MOST = 15
_FARTHEST, _LEAD = -6.0, 1.0
"""Nats below the sentence as heard, and of lead over another day or hour, at which one is believed."""
_WEEKDAYS = "一二三四五六天"


def completed(best: Candidate, heard: Heard, offered: Sequence[Option], frame: tuple[date, Score]) -> Candidate:
    """The candidate, with the day or the hour that was said besides it where the audio bears one out."""
    today, score = frame
    said = heard.readings[best.reading].text
    wish, free = Wish.parse(str(best.value)), _free(offered)
    if len(said) > _LONGEST or not free:
        return best
    if wish.day is None and best.start >= _LEAST_HEAD and _tells(said[: best.start]):
        days = dict(_day_words({one.day for one in free if one.day}, today))
        return _fitting(best, {word + said[best.start :]: Wish(day) for word, day in days.items()}, (heard, score))
    if wish.at is None and wish.day is not None and len(said) - best.end >= _LEAST_TAIL:
        hours = dict(_hour_words(one for one in free if one.exact and wish.admits(one.exact)))
        return _fitting(best, {said[: best.end] + word: hour for word, hour in hours.items()}, (heard, score))
    return best


def _fitting(best: Candidate, more: dict[str, Wish], frame: tuple[Heard, Score]) -> Candidate:
    heard, score = frame
    if not more:
        return best
    as_heard, *rated = score([heard.readings[best.reading].text, *more])
    ranked = sorted(zip(rated, more, strict=True), reverse=True)
    (nats, sentence), wish = ranked[0], more[ranked[0][1]]
    rival = next((other for other, text in ranked if more[text] != wish), nats - _LEAD)
    if nats - as_heard < _FARTHEST or nats - rival < _LEAD:
        return best
    whole = Wish.parse(str(best.value)).refined_by(wish)
    return Candidate(str(whole), sentence, best.worth, best.reading, 0, len(sentence), best.cost)


def _tells(said: str) -> bool:
    """Whether there is anything but words without a sense of their own."""
    for filler in lexicon.fillers():
        said = said.replace(filler, "")
    return bool(said)


def _free(offered: Iterable[Option]) -> list[Wish]:
    found = []
    for option in offered:
        try:
            found.append(Wish.parse(option.value))
        except Refused:
            continue
    return found


def _day_words(days: set[date], today: date) -> list[tuple[str, date]]:
    """How the free days are called, nearest first."""
    words: list[tuple[str, date]] = []
    for day in sorted(days):
        ahead = (day - today).days
        words += [(name, day) for at, name in ((1, "明天"), (2, "后天")) if at == ahead]
        weekday = _WEEKDAYS[day.weekday()]
        next_monday = today + timedelta(days=7 - today.weekday())
        if 0 < ahead <= 7:
            words += [("礼拜" + weekday, day), ("星期" + weekday, day)]
        elif next_monday <= day < next_monday + timedelta(days=7):
            words.append(("下礼拜" + weekday, day))
    return words[: _MOST + 5]


def _hour_words(free: Iterable[Wish]) -> list[tuple[str, Wish]]:
    words: dict[str, Wish] = {}
    for one in free:
        if one.at:
            hour = "两" if one.at.hour % 12 == 2 else numeral(one.at.hour % 12 or 12)
            tail = {0: "", 30: "半"}.get(one.at.minute, numeral(one.at.minute or 1))
            words.setdefault(f"{hour}点{tail}", Wish(None, None, one.at))
    return list(words.items())[:_MOST]
