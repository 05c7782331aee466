"""The texts residents are sent: every template is checked before anything starts, with its file and line."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotline.trouble import Trouble
from ivr.scripts.wording import PROMPTS

SIGNATURE = "【牛田镇政务】"
LONGEST = 500
LINK = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|net|org|gov|top|cc|me|io)\b", re.IGNORECASE)
NEEDED: Mapping[str, frozenset[str]] = {
    "sms.booked": frozenset({"when", "place", "service", "code"}),
    "sms.grievance": frozenset({"topic", "code"}),
    "sms.remind.day": frozenset({"when", "place", "service", "papers"}),
    "sms.remind.hours": frozenset({"when", "place", "service"}),
    "sms.survey.visit": frozenset({"day", "done", "service"}),
    "sms.survey.case": frozenset({"day", "service"}),
    "sms.opted_out": frozenset(),
    "sms.opted_in": frozenset(),
    "sms.missed": frozenset(),
    "sms.delivered": frozenset({"service"}),
    "sms.text_to": frozenset({"phone"}),
    "sms.offer": frozenset({"when", "place", "service", "until"}),
    "sms.ledger.recheck": frozenset({"told_on", "remedy"}),
    "sms.ledger.reopened": frozenset({"told_on"}),
    "sms.ledger.adopted": frozenset({"told_on", "reply"}),
    "sms.ledger.declined": frozenset({"told_on", "reply"}),
    "sms.ledger.given": frozenset({"row", "by"}),
    "sms.ledger.back": frozenset({"row", "by"}),
    "sms.ledger.late.owner": frozenset({"row", "what"}),
    "sms.ledger.late.supervisor": frozenset({"row", "what", "owner"}),
}
"""What a text must tell; without it, it is of no use to its reader."""
MAY = {"sms.booked": frozenset({"papers"}), "sms.remind.hours": frozenset({"papers"})}
"""What it may tell besides."""
_NOT_SENT = ("sms.item",)
_LONG = "很长的材料名称、" * 6
SAMPLES: Mapping[str, str] = {
    "when": "2026-11-28T19:30",
    "code": "307294",
    "place": "到村便民站",
    "service": "城乡居民基本医疗保险参保登记",
    "topic": "农村饮水安全",
    "papers": _LONG,
}
"""The longest that comes, to measure a text by; a field not named here is taken for a sentence."""


class BrokenLetters(Trouble):
    """A template cannot be used; each line names file, line and what is wrong."""


def check_letters(folder: Path = PROMPTS) -> None:
    """Reads every language's texts. Raises BrokenLetters."""
    problems = [problem for path in sorted(folder.glob("*.toml")) for problem in _problems(path)]
    if problems:
        raise BrokenLetters(problems)


@cache
def texts(language: str = "zh") -> Mapping[str, str]:
    """Every text that is sent, by its name, with its fields in braces."""
    found = tomllib.loads((PROMPTS / f"{language}.toml").read_text("utf8"))
    return {name: str(text) for name, text in found.items() if name.startswith("sms.") and name not in _NOT_SENT}


def _problems(path: Path) -> Iterator[str]:
    try:
        source = path.read_text("utf8")
        texts = tomllib.loads(source)
    except (OSError, ValueError) as wrong:
        yield f"{path.name}: {wrong}"
        return
    for missing in sorted(set(NEEDED) - set(texts)):
        yield f"{path.name}, line 1: there is no {missing}"
    for name, text in texts.items():
        if not name.startswith("sms.") or name in _NOT_SENT:
            continue
        for fault in _faults_of(name, str(text)):
            yield f"{path.name}, line {line_of(source, name)}: {name} {fault}"


def _faults_of(name: str, text: str) -> Iterator[str]:
    for fault in faults(name, text):
        yield SAID[fault.kind].format(what=fault.what)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text: which kind of `SAID`, and the fields or the reason it is about."""

    kind: str
    what: str = ""


SAID: Mapping[str, str] = {
    "braces": "cannot be read: {what}",
    "strange": "names {what}, which nobody gives it",
    "lacking": "does not tell {what}",
    "unsigned": f"is not signed {SIGNATURE}",
    "link": "has a link, and texts of the office have none",
    "long": f"may become longer than {LONGEST} characters",
    "empty": "says nothing, or holds a line break",
    "unknown": "is no text of the office",
}


def faults(name: str, text: str) -> Iterator[Fault]:
    """What speaks against a text."""
    try:
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError as wrong:
        yield Fault("braces", str(wrong))
        return
    base = name.removesuffix(".voice")
    needed = NEEDED.get(base)
    if needed is not None:
        if strange := sorted(fields - needed - MAY.get(base, frozenset())):
            yield Fault("strange", ", ".join(strange))
        if lacking := sorted(needed - fields):
            yield Fault("lacking", ", ".join(lacking))
    if name == base and not text.startswith(SIGNATURE):
        yield Fault("unsigned")
    if LINK.search(text):
        yield Fault("link")
    if name == base and len(text) + sum(len(SAMPLES.get(field, "一" * 30)) for field in fields) > LONGEST:
        yield Fault("long")


def line_of(source: str, name: str) -> int:
    """Where a key stands, from 1."""
    found = re.search(rf'^"?{re.escape(name)}"?\s*=', source, re.MULTILINE)
    return source.count("\n", 0, found.start()) + 1 if found else 1
