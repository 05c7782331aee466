"""Proof brought on the page: checked by what is in it, painted anew, shown only to who may know of the row."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.conftest import Clock
from tests.console.ledger_room import entering, room_over, sent
from tests.ledger.room import ZHOU, Room, picture

Enter = Callable[[str], FlaskClient]
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ACTING = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Open#41ction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n"


@pytest.fixture
def room(store: Store, settings: Settings) -> Room:
    return room_over(store, settings)


@pytest.fixture
def enter(store: Store, settings: Settings, clock: Clock) -> Enter:
    return entering(store, settings, clock)


@pytest.fixture
def row(room: Room) -> int:
    """A problem whose proof is waited for."""
    row = room.problem(remark="慢")
    room.make(row, "confirm", ZHOU)
    return row


def bring(client: FlaskClient, row: int, raw: bytes, name: str = "a.png") -> Any:
    return sent(client, f"/ledger/{row}", f"/ledger/{row}/proofs", proof=(io.BytesIO(raw), name))


def bring_whole(client: FlaskClient, row: int, raw: bytes) -> Any:
    """The same from memory: the test client leaves the file open that it puts large forms into."""
    token = client.get(f"/ledger/{row}").text.split('name="csrf_token" value="')[1].split('"')[0]
    named = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="proof"; filename="a.png"\r\n\r\n'
    body = named % (b"csrf_token", token.encode()) + file + raw + b"\r\n--x--\r\n"
    return client.post(f"/ledger/{row}/proofs", data=body, content_type="multipart/form-data; boundary=x")


def digest_of(client: FlaskClient, row: int) -> str:
    page = client.get(f"/ledger/{row}").text
    return page.split(f"/ledger/{row}/proofs/")[1][:64]


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 60,000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_is_painted_anew_and_shown_only_to_who_may_know_of_the_row(
    room: Room, enter: Enter, row: int
) -> None:
    seen = Image.new("RGB", (40, 30), (9, 9, 9))
    exif = Image.Exif()
    exif[0x010E] = "<script>where it was taken</script>"
    out = io.BytesIO()
    seen.save(out, "JPEG", exif=exif)
    client = enter("zhou")
    assert bring(client, row, out.getvalue(), "../../etc/<b>cron</b>.png").status_code == 302
    page, digest = client.get(f"/ledger/{row}").text, digest_of(client, row)
    assert "<b>cron" not in page
    assert "b&gt;.png" in page
    shown = client.get(f"/ledger/{row}/proofs/{digest}", buffered=True)
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"taken" not in shown.data
    assert enter("liuf").get(f"/ledger/{row}/proofs/{digest}").status_code == 404
    other = room.problem(remark="别的", clerk="zhangjj")
    assert client.get(f"/ledger/{other}/proofs/{digest}").status_code == 404, "not by the address of another row"


def test_a_paper_is_handed_over_as_a_file_never_opened_within(enter: Enter, row: int) -> None:
    client = enter("zhou")
    assert bring(client, row, PAPER, "回单.pdf").status_code == 302
    answer = client.get(f"/ledger/{row}/proofs/{digest_of(client, row)}", buffered=True)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == PAPER


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "文件是空的"), (b"GIF89a" + b"\0" * 50, "这不是照片"), (b"<svg onload=alert(1)>", "这不是照片"),
        (picture()[:40], "这不是照片"), (ACTING, "有脚本"), (PAPER + b"PK\x03\x04", "也不是完整的 PDF"),
        (bomb(), "照片"), (b"MZ" + b"\0" * 100, "这不是照片"), (b"%PDF-1.4", "也不是完整的 PDF"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_words_and_nothing_is_kept(
    enter: Enter, settings: Settings, row: int, raw: bytes, says: str
) -> None:
    answer = bring(enter("zhou"), row, raw, "photo.png")
    assert answer.status_code == 409
    assert says in answer.text
    assert [path for path in settings.proofs.rglob("*") if path.is_file()] == []


def test_a_file_too_large_is_not_even_read(enter: Enter, row: int) -> None:
    client = enter("zhou")
    answer = bring_whole(client, row, b"\xff\xd8" + b"\0" * (11 * 2**20))
    assert answer.status_code == 413
    assert "文件太大了" in answer.text
    just_over = bring_whole(client, row, b"\xff\xd8" + b"\0" * (10 * 2**20))
    assert just_over.status_code == 409
    assert "最大 10 兆" in just_over.text


def test_a_form_without_a_file_says_so(enter: Enter, row: int) -> None:
    answer = sent(enter("zhou"), f"/ledger/{row}", f"/ledger/{row}/proofs")
    assert answer.status_code == 409
    assert "请先选一个文件" in answer.text


@pytest.mark.parametrize("who", ["audit", "root"])
def test_who_moves_no_rows_brings_no_proof(enter: Enter, row: int, who: str) -> None:
    client = enter(who)
    assert "data-upload" not in client.get(f"/ledger/{row}").text
    assert bring(client, row, picture()).status_code == 403


def test_other_forms_stay_small(enter: Enter, row: int) -> None:
    answer = sent(enter("zhou"), f"/ledger/{row}", f"/ledger/{row}/moves", move="dismiss", reason="x" * 1_100_000)
    assert answer.status_code == 413
