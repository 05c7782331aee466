"""The settings of one process: read once from the environment, complete and checked, then never changed."""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hotline.keepsake import kept
from hotline.trouble import Trouble

DEMO_NUMBER = "0737-8812345"
"""What the built-in exchange answers to when no number is configured."""

KNOWN = (
    "HOTLINE_DATABASE_URL",
    "HOTLINE_REDIS_URL",
    "HOTLINE_PUBLIC_URL",
    "HOTLINE_NUMBER",
    "HOTLINE_CARRIER",
    "HOTLINE_ASR",
    "HOTLINE_DATA_DIR",
    "HOTLINE_DUTY_NUMBER",
    "HOTLINE_ARCHIVE_AFTER_DAYS",
    "HOTLINE_KEEP_RECORDINGS_DAYS",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_BASE_URL",
)


class SettingsError(Trouble):
    """The environment cannot be used."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next. Its repr shows no secret."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    """A Redis URL, or "embedded": one kept in the data directory."""
    public_url: str
    """Where the carrier reaches this service, without a slash at the end; empty until `served_at`."""
    number: str
    carrier: str
    """exchange or twilio"""
    account_sid: str
    auth_token: str = field(repr=False)
    api_base_url: str
    """Where the carrier's REST API lies; empty for Twilio's own."""
    asr: str
    """auto, vosk:<model>, whisper:base, or none: calls go by keypad"""
    data_dir: Path
    duty_number: str = ""
    """Who takes calls that want a person; empty: the caller's words are recorded and a person rings back."""

    archive_after_days: int = 30
    """How long a case that is over stays among the others."""

    keep_recordings_days: int = 0
    """How long recordings are kept that nothing on record rests on; 0: for good."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self:
        """The settings an environment asks for. Raises SettingsError naming every problem at once.

        With the built-in exchange and no account given, an account is drawn once and kept in the data directory.
        """
        reader = _Reader({name: value.strip() for name, value in env.items()})
        carrier = reader.take("HOTLINE_CARRIER", "exchange", _carrier)
        twilio = carrier == "twilio"
        data_dir = Path(reader.take("HOTLINE_DATA_DIR", default_data_dir(env), _folder))
        values: dict[str, Any] = {
            "database_url": reader.take(
                "HOTLINE_DATABASE_URL", f"sqlite:///{data_dir / 'hotline.sqlite'}", database_advice
            ),
            "redis_url": reader.take("HOTLINE_REDIS_URL", "embedded", _redis),
            "public_url": reader.take("HOTLINE_PUBLIC_URL", None if twilio else "", _web).rstrip("/"),
            "number": reader.take("HOTLINE_NUMBER", None if twilio else DEMO_NUMBER, _number),
            "api_base_url": reader.take("TWILIO_API_BASE_URL", "", _web).rstrip("/"),
            "asr": reader.take("HOTLINE_ASR", "auto", _asr),
            "duty_number": reader.take("HOTLINE_DUTY_NUMBER", "", _number),
        }
        values["archive_after_days"] = reader.take("HOTLINE_ARCHIVE_AFTER_DAYS", "30", _days)
        values["keep_recordings_days"] = reader.take("HOTLINE_KEEP_RECORDINGS_DAYS", "0", _days_kept)
        account_sid, auth_token = reader.account(needed=twilio)
        reader.raise_problems()
        if not account_sid:
            account_sid = kept(data_dir / "exchange-account", lambda: f"AC{secrets.token_hex(16)}")
            auth_token = kept(data_dir / "exchange-token", lambda: secrets.token_hex(16))
        for name in ("archive_after_days", "keep_recordings_days"):
            values[name] = int(values[name])
        return cls(carrier=carrier, data_dir=data_dir, account_sid=account_sid, auth_token=auth_token, **values)

    def served_at(self, port: int) -> Self:
        """These settings once the port is known: the addresses that follow from it filled in."""
        here = f"http://127.0.0.1:{port}"
        api = self.api_base_url or (f"{here}/exchange" if self.carrier == "exchange" else "")
        return replace(self, public_url=self.public_url or here, api_base_url=api)

    def as_environment(self) -> dict[str, str]:
        """The same settings for a child process: `from_environment` gives them back unchanged."""
        return {
            "HOTLINE_DATABASE_URL": self.database_url,
            "HOTLINE_REDIS_URL": self.redis_url,
            "HOTLINE_PUBLIC_URL": self.public_url,
            "HOTLINE_NUMBER": self.number,
            "HOTLINE_CARRIER": self.carrier,
            "HOTLINE_ASR": self.asr,
            "HOTLINE_DATA_DIR": str(self.data_dir),
            "HOTLINE_DUTY_NUMBER": self.duty_number,
            "HOTLINE_ARCHIVE_AFTER_DAYS": str(self.archive_after_days),
            "HOTLINE_KEEP_RECORDINGS_DAYS": str(self.keep_recordings_days),
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_API_BASE_URL": self.api_base_url,
        }

    @property
    def learnt(self) -> Path:
        """Words learnt from corrections; may not be there."""
        return self.data_dir / "learnt.tsv"

    @property
    def confusions(self) -> Path:
        """Counts of sounds taken for others, from corrections; may not be there."""
        return self.data_dir / "confusions.tsv"

    @property
    def recordings(self) -> Path:
        """The folder of the callers' audio."""
        return self.data_dir / "recordings"

    @property
    def proofs(self) -> Path:
        """The folder of pictures and papers that show what was mended."""
        return self.data_dir / "proofs"

    @property
    def prompts(self) -> Path:
        """The folder of sentences the town has recorded itself."""
        return self.data_dir / "prompts"

    @property
    def session_key(self) -> str:
        """What signs the staff's cookies: drawn once, kept in the data directory."""
        return kept(self.data_dir / "session-key", lambda: secrets.token_hex(32))


class _Reader:
    """Takes values out of an environment and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems = [
            _unknown(name) for name in sorted(env) if name.startswith("HOTLINE_") and name not in KNOWN
        ]

    def take(self, name: str, default: str | None, check: Callable[[str], str]) -> str:
        """The value, or its default where it is empty or absent; None as default means it must be given."""
        value = self._env.get(name, "")
        if not value:
            if default is None:
                self._problems.append(f"{name} is not set: HOTLINE_CARRIER=twilio needs it. {check('')}.")
            return default or ""
        if problem := check(value):
            self._problems.append(f"{name} cannot be used: {problem}.")
        return value

    def account(self, *, needed: bool) -> tuple[str, str]:
        """Account and token: both, or neither where they are not needed."""
        sid, token = self._env.get("TWILIO_ACCOUNT_SID", ""), self._env.get("TWILIO_AUTH_TOKEN", "")
        names = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}
        if needed or sid or token:
            self._problems += [
                f"{name} is not set: copy it from your carrier's console."
                for name, value in names.items()
                if not value
            ]
        if sid and not re.fullmatch(r"[A-Za-z0-9_-]{2,64}", sid):
            self._problems.append("TWILIO_ACCOUNT_SID cannot be used: it is AC and 32 hexadecimal digits.")
        return sid, token

    def raise_problems(self) -> None:
        if self._problems:
            raise SettingsError(self._problems)


def default_data_dir(env: Mapping[str, str]) -> str:
    """~/.local/share/hotline, or as the XDG base directory specification moves it."""
    base = env.get("XDG_DATA_HOME", "").strip()
    home = Path(env.get("HOME") or Path.home())
    return str((Path(base) if base.startswith("/") else home / ".local" / "share") / "hotline")


def _unknown(name: str) -> str:
    ends = [known.removeprefix("HOTLINE_") for known in KNOWN if known.startswith("HOTLINE_")]
    near = difflib.get_close_matches(name.removeprefix("HOTLINE_"), ends, n=1)
    return f"{name} is not a setting: " + (f"did you mean HOTLINE_{near[0]}?" if near else "unset it.")


# Each check gives an empty string, or what the value should be; called with nothing it gives the advice too.


def _carrier(value: str) -> str:
    return "" if value in {"exchange", "twilio"} else "it is exchange or twilio"


def _folder(value: str) -> str:
    path = Path(value)
    if not path.is_absolute():
        return "it must be an absolute path"
    return "that is a file, not a folder" if path.is_file() else ""


def database_advice(value: str) -> str:
    """What to write instead; empty if several processes can share it."""
    advice = (
        "give a URL such as sqlite:////var/lib/hotline/hotline.sqlite or postgresql://user:password@host/hotline"
    )
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        return advice
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        return "several processes share the database, so it cannot lie in memory; " + advice
    return "" if url.get_backend_name() in {"sqlite", "postgresql"} else advice


def _redis(value: str) -> str:
    advice = "it is embedded, redis://host:6379/0, rediss://… or unix:///path/to/socket"
    return "" if value == "embedded" or re.match(r"(rediss?://[^/\s]+|unix://\S+)", value) else advice


def _web(value: str) -> str:
    advice = "give the address the other side reaches, such as https://hotline.example.org, without a query"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return advice
    whole = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    return "" if whole and port != 0 else advice


def _number(value: str) -> str:
    return (
        ""
        if re.fullmatch(r"\+?[0-9][0-9 -]{2,18}", value)
        else "give the number residents ring, such as +867378812345"
    )


def _days(value: str) -> str:
    return "" if re.fullmatch(r"[1-9][0-9]{0,3}", value) else "it is a number of days, from 1 on"


def _days_kept(value: str) -> str:
    """A month at least: until then somebody may ask what was said."""
    fits = re.fullmatch(r"0|[3-9][0-9]|[1-9][0-9]{2,3}", value)
    return "" if fits else "it is a number of days, from 30 on, or 0: kept for good"


def _asr(value: str) -> str:
    fits = re.fullmatch(r"auto|none|whisper:base|vosk:[A-Za-z0-9._-]+", value)
    return "" if fits else "it is auto, none, whisper:base or vosk:<model> (hotline models list shows the models)"
