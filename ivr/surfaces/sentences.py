"""A turn in words, one sentence a mark: the same for every medium but for how keys are offered."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialogue.steps import Ask, Option, Prompt, Wants
from ivr.dialogue.turn import MORE, Turn
from ivr.scripts.wording import words


@dataclass(frozen=True)
class Sentence:
    """What is said, and the mark that follows it: `say:<n>` or `<turn>:<key>`."""

    mark: str
    text: str


def spoken(turn: Turn, medium: str) -> list[Sentence]:
    """Everything of a turn in order. `medium` is "voice", "keypad" or "sms"."""
    variant = (".sms",) if medium == "sms" else ()
    said = [Sentence(f"say:{n}", words(prompt, variant)) for n, prompt in enumerate(turn.says)]
    if turn.ask is not None:
        return [*said, Sentence(turn.name, question(turn, turn.ask, medium))]
    if turn.transfer is not None:
        return [*said, Sentence(turn.name, words(turn.transfer.prompt, variant))]
    return said


def question(turn: Turn, ask: Ask, medium: str) -> str:
    """The question at its rung of the ladder, with keys where the medium or the rung calls for them."""
    variants = [".again"] if turn.misses else []
    if medium == "sms":
        variants = [".again.sms", ".sms", *variants] if turn.misses else [".sms"]
    doubted = turn.likely and ask.slot.wants is Wants.RATING  # 还可以: the middle is not the good end
    text = words(Prompt("survey.doubt")) if doubted else words(ask.prompt, variants)
    if medium == "keypad":
        return text + _keys(turn, ask)
    if medium == "sms":
        return text + _numbered(turn) if turn.misses else text
    return _either_or(turn, text) if turn.misses >= 2 else text


def _either_or(turn: Turn, text: str) -> str:
    """Second misunderstanding: another question, not the same one louder."""
    menu = turn.menu
    if turn.ask is not None and turn.ask.slot.wants is Wants.YES_NO:
        return text + words(Prompt("choose.yes_no"))
    if len(menu) == 2:
        first, second = (option.label for option in menu.values())
        return words(Prompt("choose.two", {"first": first, "second": second}))
    if menu:
        return text + words(Prompt("choose.menu", {"items": "，".join(_item(k, o) for k, o in menu.items())}))
    return text


def _keys(turn: Turn, ask: Ask) -> str:
    if ask.slot.wants in (Wants.NAME, Wants.WORDS):
        return words(Prompt("keys.record"))
    if ask.slot.wants is Wants.NUMBER:
        return words(Prompt("keys.digits"))
    if ask.slot.wants is Wants.RATING:
        return words(Prompt("keys.rating"))
    items = [_item(key, option) for key, option in turn.menu.items()]
    if ask.slot.wants is Wants.OPEN:
        items.append(words(Prompt("keys.person")))
    return "，".join(items) + "。"


def _item(key: str, option: Option) -> str:
    if option.value == MORE:
        return words(Prompt("keys.more"))
    return words(Prompt("keys.item", {"label": option.label, "key": key}))


def _numbered(turn: Turn) -> str:
    items = [words(Prompt("sms.item", {"key": k, "label": o.label})) for k, o in turn.menu.items()]
    return "\n" + "\n".join(items) if items else ""
