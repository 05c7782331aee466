"""Recordings the carrier keeps until the service has fetched them: in memory, or in a folder that outlives it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from ivr.exchange.calls import API_VERSION, new_sid, now, rfc2822
from ivr.exchange.sound import seconds, to_wav

_MOST_IN_MEMORY = 200


@dataclass(frozen=True)
class Recording:
    """What was said between the beep and the silence."""

    account_sid: str
    call_sid: str
    duration_s: int
    sid: str = field(default_factory=lambda: new_sid("RE"))
    created: str = field(default_factory=lambda: rfc2822(now()) or "")

    def resource(self, media_url: str) -> dict[str, Any]:
        """The REST representation."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "call_sid": self.call_sid,
            "conference_sid": None,
            "status": "completed",
            "channels": 1,
            "source": "RecordVerb",
            "duration": str(self.duration_s),
            "start_time": self.created,
            "date_created": self.created,
            "date_updated": self.created,
            "api_version": API_VERSION,
            "price": None,
            "price_unit": "CNY",
            "error_code": None,
            "encryption_details": None,
            "media_url": media_url,
            "uri": f"/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{self.sid}.json",
        }


class Recordings:
    """Keeps recordings; with a folder they survive a restart."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: OrderedDict[str, tuple[Recording, bytes]] = OrderedDict()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def keep(self, account_sid: str, call_sid: str, audio: bytes) -> Recording:
        """Takes µ-law; the duration is rounded up, as it is billed."""
        recording = Recording(account_sid, call_sid, max(1, round(seconds(audio) + 0.499)))
        wav = to_wav(audio)
        if self._folder is not None:
            (self._folder / f"{recording.sid}.wav").write_bytes(wav)
            (self._folder / f"{recording.sid}.json").write_bytes(orjson.dumps(asdict(recording)))
            return recording
        self._kept[recording.sid] = (recording, wav)
        while len(self._kept) > _MOST_IN_MEMORY:
            self._kept.popitem(last=False)
        return recording

    def find(self, sid: str) -> tuple[Recording, bytes] | None:
        """The recording and its WAV file; the SID must be one in form, so that no path comes in with it."""
        if not _is_sid(sid):
            return None
        if self._folder is None:
            return self._kept.get(sid)
        wav = self._folder / f"{sid}.wav"
        if not wav.exists():
            return None
        fields = orjson.loads((self._folder / f"{sid}.json").read_bytes())
        return Recording(**fields), wav.read_bytes()

    def delete(self, sid: str) -> bool:
        """Removes it for good; False if there was none."""
        if not _is_sid(sid) or self.find(sid) is None:
            return False
        if self._folder is None:
            del self._kept[sid]
            return True
        for kind in ("wav", "json"):
            (self._folder / f"{sid}.{kind}").unlink(missing_ok=True)
        return True


def _is_sid(sid: str) -> bool:
    return len(sid) == 34 and sid.startswith("RE") and all(letter in "0123456789abcdef" for letter in sid[2:])
