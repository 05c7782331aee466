"""A room for the ledger on a database of its own: who works there, answers by the dozen, a clock."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.heard import Heard
from hotline.domain.ledger.proposals import Kind
from hotline.holidays import is_working_day
from hotline.store.tables import CallOutRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from ivr.ledgerwork import Ledgerwork
from tests.cases.room import staff
from tests.town import TOWN, Watch

NUMBER = "13907370001"
ZHOU = staff("zhou", "supervisor", "周正平")
ZENG = staff("zeng", "clerk", "曾令军")
LIU = staff("liuf", "clerk", "刘芳")
"""Who served at the window."""
GONG = staff("gong", "village", "符长青")
AUDITOR = staff("audit", "auditor", "苏审计")
GOOD, SLOW = dict.fromkeys(("attitude", "efficiency", "discipline"), 5), {"attitude": 4, "efficiency": 2}
RUDE = {"attitude": 1, "efficiency": 4}


def picture(size: tuple[int, int] = (40, 30), form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form)
    return out.getvalue()


@dataclass
class Room:
    store: Store
    folder: Path
    watch: Watch = field(default_factory=Watch)
    _answers: int = 0

    def work(self, office: Office) -> Ledgerwork:
        return Ledgerwork(TOWN, is_working_day, office, self.watch(), self.folder / "proofs")

    def heard(self, **told: Any) -> list[int]:
        """The new rows an answer makes."""
        self._answers += 1
        facts = {
            "source": f"survey:{self._answers}", "answered_at": self.watch(), "service": "1", "place": "window:1",
            "clerk": "liuf", "number": NUMBER, "conversation": f"c{self._answers}",
        } | told  # fmt: skip
        with self.store.open() as office:
            rows = self.work(office).propose(Heard(**facts))
            office.commit()
        return rows

    def problem(self, **told: Any) -> int:
        return self.heard(**({"ratings": SLOW} | told))[0]

    def make(self, row: int, move: str, who: Any, /, **given: Any) -> Entry:
        with self.store.open() as office:
            entry = self.work(office).make(row, move, who, given)
            office.commit()
        return entry

    def prove(self, row: int, who: Any, raw: bytes = b"", name: str = "修好的窗口.png") -> None:
        with self.store.open() as office:
            self.work(office).prove(row, who, name, raw or picture())
            office.commit()

    def rectified(self, **told: Any) -> int:
        """A problem that was mended, with proof; its resident is about to be asked."""
        row = self.problem(**told)
        self.make(row, "confirm", ZHOU)
        self.make(row, "call", ZHOU, reason="打过电话，说等了一上午")
        self.prove(row, ZHOU)
        self.make(row, "rectify", ZHOU, reason="加开了一个窗口")
        return row

    def now(self, row: int) -> Entry:
        with self.store.open() as office:
            entry = office.ledger.entry(row)
        assert entry is not None
        return entry

    def moves(self, row: int) -> list[str]:
        with self.store.open() as office:
            return [line.move for line, _ in office.ledger.history(row)]

    def calls(self) -> list[CallOutRow]:
        with self.store.open() as office:
            return list(reversed(office.calls_out.latest()))

    def texts(self) -> list[MessageRow]:
        with self.store.open() as office:
            return list(reversed(office.messages.latest()))


__all__ = ["THE_MACHINE", "Kind"]
