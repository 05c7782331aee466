"""What must be in order before a resident rings: each check tells how it is, and how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import redis
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from asr_models.opening import open_recogniser
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.messages import UNSURE, WAITING
from hotline.own_texts import FILE, in_whose_words
from hotline.staff_desk import missing
from hotline.store.tables import MessageRow, StaffRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import pending
from hotline.town import BrokenList, current_town, learn_sounds, read_town
from hotline.trouble import Trouble
from ivr.carriers.base import CarrierError
from ivr.carriers.twilio import TwilioCarrier
from ivr.voice.speaker import Speaker
from tasks import queues
from tasks.embedded_redis import RedisNotStarted

ROOM_GB = 2
"""Room that should be left: about 400 hours of callers' audio."""
EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock before this release is wrong."""
SKEW = timedelta(seconds=60)
STUCK_AFTER = timedelta(minutes=15)
PHRASE = "您好，牛田镇政务热线。"


@dataclass(frozen=True)
class Finding:
    """How one thing is; `mend` says what to do where it is not well."""

    check: str
    says: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend


def examine(settings: Settings, port: int) -> Iterator[Finding]:
    """Every check in turn, each as soon as it is done; the slow ones last."""
    yield from _settings(settings)
    checks: tuple[Callable[[Settings], Finding], ...] = (_folder, _lists, _texts, _clock, _database, _outbox)
    checks += (_staff, _redis)
    for check in checks:
        yield check(settings)
    yield _port(port)
    if settings.carrier == "twilio":
        yield _public_url(settings)
        yield _account(settings)
    models = ModelStore()
    for name in models.needed:
        yield _model(models, name)
    yield _ears(settings, models)
    yield _voice(settings, models)


def _settings(settings: Settings) -> Iterator[Finding]:
    shown = settings.as_environment() | {
        "HOTLINE_DATABASE_URL": make_url(settings.database_url).render_as_string(hide_password=True),
        "TWILIO_AUTH_TOKEN": "(secret)",
    }
    if settings.redis_url != "embedded":
        shown["HOTLINE_REDIS_URL"] = settings.redis_url.rsplit("@")[-1]
    for name, value in shown.items():
        given = "" if os.environ.get(name) else " (default)"
        yield Finding(name, (value or "not set") + given)


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
        room = shutil.disk_usage(folder).free / 1e9
    except OSError as error:
        return Finding(
            "data folder", f"{folder}: {error.strerror}", f"make it writable: chown {os.getuid()} {folder}"
        )
    if room < ROOM_GB:
        return Finding("data folder", f"{room:.1f} GB free", f"free {ROOM_GB} GB, or move HOTLINE_DATA_DIR")
    return Finding("data folder", f"{folder}, {room:.0f} GB free")


def _lists(settings: Settings) -> Finding:
    try:
        town = _town(settings)
        learn_sounds(settings.confusions)
    except BrokenList as error:
        learnt = f"{settings.learnt} and {settings.confusions} may be removed"
        return Finding("town's lists", str(error), f"mend that line; {learnt}")
    held = f"{len(town.services)} services, {len(town.villages)} villages, {len(town.topics)} matters"
    held += f", {len(town.desks)} desks, {len(town.clerks)} clerks"
    return Finding("town's lists", held)


def _town(settings: Settings) -> Town:
    """The town that counts; the shipped one while there is no database to ask."""
    if pending_or_away(settings):
        return read_town(learnt=settings.learnt)
    store = Store(settings.database_url)
    try:
        with store.open() as office:
            return current_town(office, settings.learnt)
    finally:
        store.close()


def _texts(settings: Settings) -> Finding:
    try:
        return Finding("texts", in_whose_words(settings.data_dir))
    except Trouble as error:
        return Finding("texts", str(error), f"mend that line, or remove {settings.data_dir / FILE}")


def _clock(_settings: Settings) -> Finding:
    now = utc_now()
    local = now.astimezone(TOWN_TIME)
    if now < EARLIEST:
        return Finding("clock", f"says {local:%Y-%m-%d %H:%M}", "set it: timedatectl set-ntp true")
    return Finding("clock", f"{local:%Y-%m-%d %H:%M} in {TOWN_TIME}")


def _database(settings: Settings) -> Finding:
    advice = "check HOTLINE_DATABASE_URL, and that the server runs and lets this machine in"
    try:
        needed = pending(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", str(error).splitlines()[0], advice)
    if needed:
        return Finding("database", f"reachable; `hotline serve` will bring it to revision {needed[-1]}")
    return Finding("database", "reachable and up to date")


def _outbox(settings: Settings) -> Finding:
    if pending_or_away(settings):
        return Finding("outbox", "no messages yet")
    store = Store(settings.database_url)
    counted = select(func.count()).select_from(MessageRow)
    with store.open() as office:
        unsure = office.session.scalar(counted.where(MessageRow.state == UNSURE)) or 0
        old = MessageRow.created_at < utc_now() - STUCK_AFTER
        stuck = office.session.scalar(counted.where(MessageRow.state == WAITING, old)) or 0
    store.close()
    if unsure:
        return Finding("outbox", f"{unsure} messages may or may not have been sent", "ring those residents")
    if stuck:
        return Finding("outbox", f"{stuck} messages wait for long", "see that a worker runs: hotline worker")
    return Finding("outbox", "nothing is stuck")


def _staff(settings: Settings) -> Finding:
    """Whether everybody has been told their part: without it they see nothing."""
    if pending_or_away(settings):
        return Finding("staff", "nobody yet")
    store = Store(settings.database_url)
    with store.open() as office:
        people = office.session.scalars(select(StaffRow).order_by(StaffRow.username)).all()
    store.close()
    lacking = {row.username: needed for row in people if (needed := missing(row))}
    if lacking:
        who, first = ", ".join(lacking), next(iter(lacking.values()))
        return Finding("staff", f"the API shows nothing to {who}, for want of {first.partition(':')[0]}", first)
    return Finding("staff", f"{len(people)} may log in" if people else "nobody yet: hotline staff add")


def pending_or_away(settings: Settings) -> bool:
    """Whether the tables cannot be asked yet; `_database` tells why."""
    try:
        return bool(pending(settings.database_url))
    except (SQLAlchemyError, OSError):
        return True


def _redis(settings: Settings) -> Finding:
    try:
        with queues.redis_of(settings) as url, queues.connect(url) as connection:
            connection.ping()
    except RedisNotStarted as error:
        return Finding("redis", str(error), "apt-get install redis-server, or set HOTLINE_REDIS_URL")
    except (redis.RedisError, OSError) as error:
        return Finding("redis", str(error), "check HOTLINE_REDIS_URL, and that the server runs")
    return Finding("redis", "answers" if settings.redis_url != "embedded" else "embedded, starts and answers")


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if _hotline_at(port):
                return Finding("port", f"{port}: a hotline answers there")
            return Finding("port", f"{port}: {error.strerror}", "stop what holds it, or serve with another --port")
    return Finding("port", f"{port} is free")


def _hotline_at(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=3, trust_env=False)
        return answer.status_code == 200 and answer.json()["status"] == "ok"
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


def _public_url(settings: Settings) -> Finding:
    url = settings.public_url
    if not url.startswith("https://"):
        return Finding(
            "public URL", f"{url} is not https", "put a TLS proxy before the service: live audio needs wss"
        )
    try:
        answer = httpx.get(f"{url}/healthz", timeout=5)
    except httpx.HTTPError as error:
        return Finding("public URL", f"{url}: {error}", "start `hotline serve` and check DNS, proxy and firewall")
    if answer.status_code != 200:
        return Finding(
            "public URL", f"{url} says {answer.status_code}", "point the proxy at the port of `hotline serve`"
        )
    if told := answer.headers.get("Date"):
        skew = abs(utc_now() - parsedate_to_datetime(told))
        if skew > SKEW:
            return Finding(
                "public URL", f"its clock is {skew} off ours", "set the clock: timedatectl set-ntp true"
            )
    return Finding("public URL", f"{url} reaches the hotline")


def _account(settings: Settings) -> Finding:
    carrier = TwilioCarrier(
        (settings.account_sid, settings.auth_token),
        number=settings.number,
        public_url=settings.public_url,
        api_base_url=settings.api_base_url,
    )
    try:
        carrier.check()
    except CarrierError as error:
        return Finding(
            "carrier account", str(error), "check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_BASE_URL"
        )
    return Finding("carrier account", "accepted")


def _model(models: ModelStore, name: str) -> Finding:
    if problems := models.verify(name):
        return Finding(f"model {name}", problems[0], f"hotline models fetch {name}")
    return Finding(f"model {name}", "whole")


def _ears(settings: Settings, models: ModelStore) -> Finding:
    try:
        recogniser = open_recogniser(settings.asr, models)
    except SpeechError as error:
        return Finding("recogniser", str(error), "hotline models fetch, or set HOTLINE_ASR=auto")
    name = recogniser.capabilities.name
    recogniser.close()
    return Finding("recogniser", f"{name} loads")


def _voice(settings: Settings, models: ModelStore) -> Finding:
    speaker = Speaker(models, recorded_dir=settings.prompts)
    try:
        speaker.load()  # the phrase itself may have been kept from before
        sound = speaker.speak(PHRASE)
    except SpeechError as error:
        return Finding("voice", str(error), "hotline models fetch")
    finally:
        speaker.close()
    return Finding("voice", f"speaks: {len(sound) / 8000:.1f} s of audio")
