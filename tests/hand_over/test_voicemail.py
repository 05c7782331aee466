"""What is recorded for a person gets a transcript, whatever happened to the call or the carrier meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hotline.callback_desk import callback_views
from hotline.domain.duty import Line
from hotline.views import View
from ivr.contact import Evidence
from ivr.dialogue.turn import Turn
from ivr.listening import AudioShelf
from ivr.recorded_words import fetched
from ivr.understanding.answer import Setting, Understood
from tasks.late_recordings import fetch_late
from tasks.second_pass import transcribe_again
from tests.exchange.world import SID, TOKEN
from tests.hand_over.town_hall import FIRST, Hall, always, town_hall
from tests.town import Office

CAREFUL = "我屋里漏水了，请来看一下"


@dataclass
class Listening(Office):
    """An office that fetches recordings from the carrier and keeps them; its first hearing is poor."""

    reach: bool = True
    address: str = ""

    def _transcribe(self, address: str, turn: Turn, setting: Setting) -> tuple[Understood, Evidence]:
        self.address = address
        pcm = fetched(address, address, (SID, TOKEN)) if self.reach else None
        if pcm is None:
            return Understood(confidence=0.0), Evidence(audio=address)
        return Understood(value="漏水", text="漏水"), Evidence("漏水", audio=self.shelf.keep(pcm, self.watch()))

    @property
    def shelf(self) -> AudioShelf:
        return AudioShelf(self.folder / "recordings")

    async def transcribe(self) -> None:
        """The worker's part: fetch what is missing, hear everything again."""
        await asyncio.to_thread(self._transcribe_again)

    def _transcribe_again(self) -> None:
        later = self.watch() + timedelta(minutes=5)
        fetch_late(self.store, self.shelf, later, lambda address: fetched(address, address, (SID, TOKEN)))
        transcribe_again(self.store, self.shelf.folder, later, lambda: lambda _pcm: CAREFUL)


def view(hall: Hall) -> View:
    with hall.office.store.open() as office:
        [one] = callback_views(office, hall.office.watch())
    return one


async def test_a_message_is_transcribed_and_read_with_its_task(tmp_path: Path) -> None:
    office = Listening(tmp_path)
    async with town_hall(tmp_path, office) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        await hall.wants_a_person()
        await hall.speaks()
        await hall.caller.event("ended")
        assert view(hall)["said"] == "漏水"
        await office.transcribe()
        assert view(hall)["said"] == CAREFUL


async def test_a_recording_the_carrier_could_not_give_is_fetched_later_and_transcribed(tmp_path: Path) -> None:
    office = Listening(tmp_path, reach=False)
    async with town_hall(tmp_path, office) as hall:
        await hall.wants_a_person()
        await hall.speaks()
        await hall.caller.event("ended")
        assert view(hall)["recording"] == office.address
        await office.transcribe()
        found = view(hall)
        assert found["said"] == CAREFUL
        assert (office.shelf.folder / found["recording"]).is_file()
        await office.transcribe()
        assert view(hall) == found


async def test_who_hangs_up_while_speaking_has_still_left_the_message(tmp_path: Path) -> None:
    office = Listening(tmp_path)
    async with town_hall(tmp_path, office) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        await hall.wants_a_person()
        await hall.speaks(2)
        await hall.caller.do("hangup")
        await hall.until(lambda: view(hall)["recording"] != "")
        await office.transcribe()
        assert (view(hall)["said"], view(hall)["state"]) == (CAREFUL, "open")
        assert len(hall.tasks()) == len(hall.texts()) == 1


async def test_who_says_nothing_after_the_beep_is_rung_back_all_the_same(tmp_path: Path) -> None:
    async with town_hall(tmp_path, Listening(tmp_path)) as hall:
        await hall.wants_a_person()
        await hall.caller.event("ended")
        assert (view(hall)["said"], view(hall)["state"]) == ("", "open")
        assert "给您回电话" in hall.caller.captions()[-1]
