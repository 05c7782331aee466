"""Proof is what is in the file: pictures are painted anew, papers that could act refused, names lead nowhere."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hotline.domain.errors import Refused
from hotline.store import proofs
from tests.ledger.room import ZENG, ZHOU, Room, picture

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` by `side`."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def packed(inside: bytes) -> bytes:
    body = zlib.compress(inside)
    return PDF.replace(
        b"endobj", b"endobj\n2 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + body + b"\nendstream\nendobj"
    )


def refused(raw: bytes) -> str:
    with pytest.raises(Refused) as no:
        proofs.checked(raw)
    return no.value.reason


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_painted_anew_as_jpeg(form: str) -> None:
    proof = proofs.checked(picture((3000, 1500), form))
    with Image.open(io.BytesIO(proof.raw)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (2400, 1200))


def test_where_a_picture_was_taken_is_not_kept() -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "N", 2: (28.0, 30.0, 0.0)}
    exif[0x010E] = "王桂花家门口"
    Image.new("RGB", (20, 10)).save(out, "JPEG", exif=exif)
    kept = proofs.checked(out.getvalue()).raw
    with Image.open(io.BytesIO(kept)) as seen:
        assert not seen.getexif()
    assert b"Exif" not in kept


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    hidden = b"PK\x03\x04 payload <script>alert(1)</script> MZ\x90"
    kept = proofs.checked(picture(form="JPEG") + hidden).raw
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


@pytest.mark.parametrize("side", [20_000, 100_000, 2**31 - 1])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(side: int) -> None:
    assert refused(bomb(side)) in ("proof_size", "proof_form")


@pytest.mark.parametrize(
    "raw",
    [
        b"MZ\x90\0", b"PK\x03\x04", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a", b"%!PS",
        b"\x89PNG\r\n\x1a\n", picture()[:60], b"\xff\xd8\xff\xe0", b" %PDF-1.4 %%EOF", b"II*\0", b"BM",
    ],
)  # fmt: skip
def test_what_is_neither_picture_nor_paper_is_refused(raw: bytes) -> None:
    assert refused(raw) == "proof_form"


@pytest.mark.parametrize("size", [0, proofs.LARGEST_PROOF + 1])
def test_nothing_and_too_much_are_refused(size: int) -> None:
    assert refused(b"\xff" * size) == "proof_size"


def test_a_plain_paper_is_kept_as_it_is() -> None:
    assert proofs.checked(PDF).raw == PDF
    assert proofs.checked(packed(b"BT (invoice) Tj ET")).form == "pdf"


@pytest.mark.parametrize(
    "inside",
    [
        b"/S /JavaScript /JS (app.alert(1))", b"/OpenAction 3 0 R", b"/S /Launch /F (cmd.exe)",
        b"/EmbeddedFiles 4 0 R",
        b"/XFA [(x)]", b"/S /SubmitForm", b"/AA << /O 3 0 R >>", b"/J#61vaScript (x)", b"/#4aS(x)",
        b"/Encrypt 5 0 R",
        b"/RichMedia 6 0 R",
    ],
)  # fmt: skip
def test_a_paper_that_could_act_is_refused_packed_or_not(inside: bytes) -> None:
    assert refused(PDF.replace(b"/Type", inside + b" /Type")) == "proof_acts"
    assert refused(packed(inside)) == "proof_acts"


def test_a_paper_that_is_something_else_besides_is_refused() -> None:
    assert refused(PDF + b"PK\x03\x04 a zip that opens from its end") == "proof_form"
    assert refused(PDF.replace(b"%%EOF", b"")) == "proof_form"


def test_a_paper_that_unpacks_to_gigabytes_is_refused() -> None:
    assert refused(packed(b"\0" * 40_000_000)) == "proof_size"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\照片.png", "照片.png"), ("a\0b\n.png", "ab.png"),
        ("..", "proof"),
        ("", "proof"), ("x" * 500, "x" * 120), ("\u202egnp.exe", "gnp.exe"),
    ],
)  # fmt: skip
def test_a_name_leads_nowhere(name: str, kept: str) -> None:
    assert proofs.plain_name(name) == kept


@pytest.mark.parametrize("digest", ["../../x", "a" * 63, "A" * 64, "a" * 64 + "/"])
def test_only_a_digest_of_ours_is_a_place(digest: str) -> None:
    with pytest.raises(ValueError, match="not a proof"):
        proofs.path_of(Path("/x"), digest, "jpg")


@given(st.binary(max_size=400))
def test_no_bytes_break_the_check(raw: bytes) -> None:
    for one in (raw, b"%PDF-" + raw + b"%%EOF", b"\xff\xd8\xff" + raw, b"\x89PNG\r\n\x1a\n" + raw):
        try:
            found = proofs.checked(one).form
        except Refused as no:
            found = no.reason
        assert found in ("jpg", "pdf", "proof_size", "proof_form", "proof_acts")


def test_proof_lies_in_the_data_folder_by_its_digest_once(room: Room) -> None:
    row = room.problem()
    room.make(row, "confirm", ZHOU)
    for _ in range(2):
        room.prove(row, ZHOU, name="../../up.png")
    with room.store.open() as office:
        [kept] = office.ledger.proofs(row)
    files = [path for path in (room.folder / "proofs").rglob("*") if path.is_file()]
    assert files == [proofs.path_of(room.folder / "proofs", kept.digest, "jpg")]
    assert kept.name == "up.png"


def test_only_who_may_mend_a_row_brings_proof_and_only_while_it_is_mended(room: Room) -> None:
    row = room.problem()
    with pytest.raises(Refused, match="no_row"):
        room.prove(row, ZENG)
    with pytest.raises(Refused, match="not_now"):
        room.prove(row, ZHOU)
