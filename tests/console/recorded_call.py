"""A call of two minutes with nine answers, three words of which were heard wrongly, and its recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from hotline.config import Settings
from hotline.store.tables import CallRow, ConversationRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Store
from ivr.voice import mulaw, wav
from ivr.voice.speaker import Speaker
from tests.console.conftest import NOW, PASSWORD, QUICK, tone

SID, NUMBER = "CA9", "13900000009"


@dataclass(frozen=True)
class Said:
    """One answer: what was asked and said; the second hearing had it right."""

    key: str
    asked: str
    said: str
    wrong: tuple[str, str] = ("", "")
    """What was heard otherwise, and how."""
    confidence: float = 0.95
    value: str = ""

    @property
    def heard(self) -> str:
        return self.said.replace(*self.wrong) if self.wrong[0] else self.said


ROAD = "还有村小学旁边那个路灯坏了半个多月，夜里黑得很，老人家走路不安全"
SAIDS = (
    Said("errand", "您想办什么事？慢慢讲。", "我想把我老倌的医保续一下", ("医保", "医宝"), 0.52),
    Said("place", "到镇里窗口办，还是村里？", "就到镇里窗口办吧"),
    Said("when", "什么时候方便？哪天，几点？", "礼拜六上午九点左右都可以的", ("九", "十"), 0.71),
    Said("village", "是哪个村的？", "我是青山村三组的"),
    Said("story", "您慢慢讲，什么事，在哪里，我听着。", ROAD, ("路灯", "路等"), 0.66),
    Said("where", "在哪个位置？几组，靠近哪里？", "就在三组村小学大门口过去一点点"),
    Said("name", "您贵姓，叫什么名字？", "我叫王桂花", value="王桂花"),
    Said("confirm", "跟您对一下：青山村王桂花。对吗？", "对的对的，就是这样"),
    Said("errand", "还有别的事吗？", "没有了，谢谢你们啊"),
)
OTHER = {"errand": ["我想把我老倌的衣包续一下"]}


def two_minutes(store: Store, settings: Settings, *, spoken: bool = False) -> dict[str, int]:
    """Puts the call on record, `spoken` by the hotline's own voice; gives its turns' ids by what they say."""
    folder = settings.recordings / "2026"
    folder.mkdir(parents=True, exist_ok=True)
    with store.open() as office:
        office.conversations.add(
            ConversationRow(
                id="c9", number=NUMBER, script="welcome", version=1, surface="voice", state="done",
                opened_at=NOW, touched_at=NOW,
            )
        )  # fmt: skip
        office.records.add(
            CallRow(
                sid=SID, number=NUMBER, direction="inbound", status="completed", surface="voice",
                conversation="c9", started_at=NOW, ended_at=NOW + timedelta(seconds=120), seconds=120,
            )
        )  # fmt: skip
        office.records.know_resident(NUMBER, name="王桂花", village="V01")
        turns = [
            _turn(place, one, _recorded(folder, place, one, spoken=spoken)) for place, one in enumerate(SAIDS)
        ]
        for turn in turns:
            office.records.add(turn)
        office.commit()
        return {one.said: turn.id for one, turn in zip(SAIDS, turns, strict=True)}


def a_colleague(store: Store, username: str, name: str, role: str = "clerk", place: str = "window") -> None:
    """Somebody else who works here, with the same password."""
    with store.open() as office:
        office.session.add(
            StaffRow(
                username=username, name=name, role=role, place=place, village="V02" if role == "village" else "",
                password_hash=QUICK.hash(PASSWORD), created_at=NOW,
            )
        )  # fmt: skip
        office.commit()


def _recorded(folder: Path, place: int, one: Said, *, spoken: bool) -> str:
    sound = _voice(one.said, folder) if spoken else mulaw.encode(tone(0.25 * len(one.said)))
    wav.write_mulaw(folder / f"t{place}.wav", mulaw.silence(0.4) + sound + mulaw.silence(0.6))
    return f"2026/t{place}.wav"


def _voice(text: str, folder: Path) -> bytes:
    try:
        return Speaker(ModelStore(), folder / "cache").speak(text, 0.75)
    except SpeechError:  # no model on this machine
        return mulaw.encode(tone(0.25 * len(text)))


def _turn(place: int, one: Said, audio: str) -> TurnRow:
    others = OTHER.get(one.key, []) if one.wrong[0] else []
    return TurnRow(
        conversation="c9", call=SID, surface="voice", turn=place + 1, key=one.key, asked=one.asked,
        heard=one.heard, careful=one.said + "。", confidence=one.confidence, audio=audio,
        alternatives=[[one.heard, one.confidence], *([other, 0.2] for other in others)],
        understood={"value": one.value or one.heard, "slots": {}}, timings_ms={"recognise": 400},
        at=NOW + timedelta(seconds=13 * place),
    )  # fmt: skip
