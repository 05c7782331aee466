"""A second factor: six digits from a telephone (RFC 6238), or a recovery code; none is taken twice.

Its secret lies sealed in the database, by a key drawn from the one in the data folder (hotline/sealing.py).
"""

from __future__ import annotations

import base64
import hmac
import io
import re
import secrets
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, update

from hotline.console.parts import parts
from hotline.sealing import Sealing, Unreadable
from hotline.store.tables import RecoveryCodeRow, StaffRow
from hotline.store.tokens import digest_of
from hotline.store.unit_of_work import Office

STEP_S = 30
DRIFT = (-1, 0, 1)
"""Steps beside the present one that are taken: telephones' clocks differ."""
CODES = 10
PLAIN = 32
"""Characters of a secret as releases before the sealing kept it; sealed when it is next used."""
ISSUER = "牛田镇政务热线"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""


def begin(person: StaffRow) -> None:
    """A new secret, which counts once a code of it was shown."""
    person.totp_secret, person.totp_on, person.totp_step = _sealed(pyotp.random_base32(), person), False, 0


def secret_of(person: StaffRow) -> str:
    """The secret as an authenticator takes it; empty for none. Raises Unreadable where the key is another one."""
    kept = person.totp_secret
    if len(kept) in (0, PLAIN):
        return kept
    return base64.b32encode(_sealing().open(kept, person.username)).decode()


def to_show(person: StaffRow) -> str:
    """The secret while it is to be shown: until a code of it was, and where it can be opened."""
    try:
        return "" if person.totp_on else secret_of(person)
    except Unreadable:
        return ""


def _sealed(secret: str, person: StaffRow) -> str:
    return _sealing().seal(base64.b32decode(secret), person.username)


def _sealing() -> Sealing:
    return Sealing.of(parts().settings.session_key, "hotline second factor")


def picture(person: StaffRow) -> bytes:
    """What the telephone reads: an SVG."""
    uri = pyotp.TOTP(secret_of(person)).provisioning_uri(name=person.username, issuer_name=ISSUER)
    written = io.BytesIO()
    segno.make(uri, error="m").save(written, kind="svg", scale=6, border=3, light="#fff", xmldecl=False)
    return written.getvalue()


def confirm(office: Office, person: StaffRow, code: str, now: datetime) -> list[str]:
    """Switches it on with a first good code. Recovery codes, shown this once; empty if the code is wrong.

    Raises Unreadable.
    """
    if not person.totp_secret or person.totp_on or not _takes(office, person, code, now):
        return []
    person.totp_on = True
    drop_codes(office, person.username)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    office.session.add_all(
        RecoveryCodeRow(digest=_digest(person, code), username=person.username) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def switch_off(office: Office, person: StaffRow) -> None:
    """Back to the password alone."""
    person.totp_secret, person.totp_on = "", False
    drop_codes(office, person.username)


def drop_codes(office: Office, username: str) -> None:
    office.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))


def accept(office: Office, person: StaffRow, code: str, now: datetime) -> bool:
    """Whether this code lets the person in; it never does again. The caller commits.

    Raises Unreadable for six digits where the secret cannot be opened; recovery codes are good all the same.
    """
    given = re.sub(r"[\s-]", "", code.lower())[:20]
    if given.isascii() and given.isdigit() and len(given) == 6:
        return _takes(office, person, given, now)
    row = RecoveryCodeRow
    used = update(row).where(row.digest == _digest(person, given), row.username == person.username)
    return _changed(office, used.where(row.used_at.is_(None)).values(used_at=now)) == 1


def _takes(office: Office, person: StaffRow, code: str, now: datetime) -> bool:
    """A code of a step later than the last one that was taken; of two at once, one."""
    step = int(now.timestamp()) // STEP_S
    secret = secret_of(person)
    if not secret:
        return False
    totp = pyotp.TOTP(secret)
    right = [step + d for d in DRIFT if hmac.compare_digest(totp.generate_otp(step + d).encode(), code.encode())]
    if not right:
        return False
    row = StaffRow
    kept = _sealed(secret, person) if person.totp_secret == secret else person.totp_secret
    taken = update(row).where(row.username == person.username, row.totp_step < right[-1])
    return _changed(office, taken.values(totp_step=right[-1], totp_secret=kept)) == 1


def _changed(office: Office, statement: object) -> int:
    result = office.session.execute(statement)  # type: ignore[call-overload]
    return int(result.rowcount)


def _digest(person: StaffRow, code: str) -> str:
    """50 random bits, tried five times in five minutes: a plain digest is enough."""
    return digest_of(f"{person.username} {code}")
