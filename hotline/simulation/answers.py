"""What a planted resident answers to a question they have heard or read: words, a digit, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

import yaml

from hotline.crash.reading import Reader, choices
from hotline.crash.scenes import Play
from hotline.domain.surveys.campaign import RATINGS
from hotline.simulation.planted import Experience
from hotline.simulation.residents import Memory, Resident, Temper
from hotline.town import DATA

QUESTIONS = DATA / "simulation" / "questions.yaml"
_LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
STOP = "别再打了"


@cache
def reader() -> Reader:
    """Reads the hotline's words as somebody does who has never seen its database."""
    told = yaml.safe_load(QUESTIONS.read_text("utf8"))
    return Reader(Play(told["questions"], told["over"], told["sorry"], told["telling"], {}, ()))


@dataclass
class Answering:
    """One resident in one conversation; `given` is what they have told of a survey."""

    resident: Resident
    experience: Experience
    dice: Random
    errand: Mapping[str, str] = field(default_factory=dict)
    """Words by question, for what they want themselves."""
    given: dict[str, int | bool | str] = field(default_factory=dict)
    memory: Memory | None = None
    """Which of their matters it is about."""
    opted_out: bool = False
    strange: list[str] = field(default_factory=list)
    """Questions nobody here knows an answer to: a finding, for the report."""
    _asked: dict[str, int] = field(default_factory=dict)

    def words(self, text: str) -> str | None:
        """The answer in words; None: hangs up, or does not write back."""
        question = reader().question(text)
        if question in RATINGS or question == "doubt":
            return self._rating(question)
        if question in ("consent", "solved", "remark", "later", "recheck", "remind"):
            return self._survey(question, text)
        if question in self.errand:
            return self.errand[question]
        if question:
            return _USUAL[question]
        self.strange.append(text)
        return None

    def key(self, text: str) -> str | None:
        """The same by keys."""
        question = reader().question(text)
        words = self.words(text)
        if words is None or words == STOP:
            return None
        if question in RATINGS:
            return str(self.given[question])
        wanted = _LABELS.get(words, words)
        return next((key for label, key in choices(text) if label == wanted), None)

    def pressed(self, text: str, words: str) -> str | None:
        """The key for an answer that was not understood in words, where the sentence that asks anew offers one."""
        if not _OFFERS.search(text):
            return None
        question = reader().question(text)
        if question in RATINGS:
            return str(self.given.get(question, "")) or None
        return _KEYS.get(words)

    def _rating(self, question: str) -> str | None:
        """Modest people say 还可以 first, by words only, and are asked again."""
        if question == "doubt":
            question = str(self.given.pop("doubtful"))
        elif self._asked.get("attitude") and self.dice.random() < self.resident.habit.breaks_off:
            return None
        times = self._asked[question] = self._asked.get(question, 0) + 1
        level = self.experience.levels[question]
        if level == 3 and times == 1 and self.resident.speaks and self.dice.random() < 0.3:
            self.given["doubtful"] = question
            return "还可以"
        self.given.pop("doubtful", None)
        self.given[question] = level
        return _LEVELS[level]

    def _survey(self, question: str, text: str) -> str | None:
        if question == "consent":
            return self._leave(text)
        if question == "later":
            return "晚上"
        if question == "remind":
            return "来的"
        if question == "recheck":
            return "解决了" if self.dice.random() < 0.85 else "没解决"
        if question == "solved":
            self.given["solved"] = self.experience.solved
            return "是" if self.experience.solved else "不是"
        if self.experience.remark != "没有":
            self.given["remark"] = self.experience.remark
        return self.experience.remark

    def _leave(self, text: str) -> str | None:
        temper, written = self.resident.temper, "回1" in text
        if temper is Temper.HANGS_UP:
            return None
        if temper is Temper.OPTS_OUT:
            self.opted_out = True
            return "退订" if written else STOP
        if temper is Temper.REFUSES:
            return "2" if written else "不是"
        if not written and self.dice.random() < self.resident.habit.not_now:
            return "没空"
        return "1" if written else "是"


_OFFERS = re.compile("按键|按1")
_KEYS = {"是": "1", "不是": "2"}
_LABELS = {"没空": "不是", "晓得了": "听清了"}
"""What a key is called where it is called something else."""
_USUAL = {
    "errand": "预约办事",
    "more": "没有了",
    "service": "老年证",
    "place": "镇里窗口",
    "when": "明天上午九点",
    "which_time": "都可以",
    "name": "王桂花",
    "village": "青山村",
    "story": "路灯坏了一个月了",
    "topic": "路灯",
    "where": "三组",
    "confirm": "对",
    "which_part": "时间",
    "resume": "不用了",
    "message": "没有别的事",
    "read": "晓得了",
}
