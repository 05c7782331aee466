"""Pictures and papers that show what was mended: checked by what is in them, never by what they are called.

A picture is painted anew, so that nothing else it carried (where it was taken, a script, a second file) is kept.
A PDF is kept as it is, if nothing in it could act: no script, no file within, no form, no second format behind it.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import error as StructError
from tempfile import NamedTemporaryFile

from PIL import Image, ImageOps

from hotline.domain.errors import Refused

LARGEST_PROOF = 10 * 1024 * 1024
"""Bytes of one file."""
MOST_PIXELS = 50_000_000
"""A telephone's camera has up to 50 million."""
LONGEST_SIDE = 2400
"""Pixels that are kept."""
LONGEST_NAME = 120
_PICTURES = ("JPEG", "PNG", "WEBP")
_MOST_UNPACKED = 32 * 1024 * 1024
_ACTING = (
    "JS|JavaScript|Launch|EmbeddedFiles?|Filespec|FileAttachment|RichMedia|Movie|Sound|Rendition|XFA|AcroForm"
    "|SubmitForm|ImportData|GoToR|GoToE|OpenAction|AA|Encrypt"
)
_ACTS = re.compile(rb"/(?:" + _ACTING.encode() + rb")(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    StructError,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True)
class Proof:
    """A file as it is kept."""

    digest: str
    form: str
    """jpg or pdf"""
    raw: bytes

    def path(self, folder: Path) -> Path:
        return path_of(folder, self.digest, self.form)


def checked(raw: bytes) -> Proof:
    """What may be kept of a file. Refused: proof_size, proof_form (neither picture nor PDF), proof_acts."""
    if not 0 < len(raw) <= LARGEST_PROOF:
        raise Refused("proof_size", most=LARGEST_PROOF)
    form = "pdf" if raw.startswith(b"%PDF-") else "jpg"
    kept = _paper(raw) if form == "pdf" else _picture(raw)
    return Proof(sha256(kept).hexdigest(), form, kept)


def keep(folder: Path, proof: Proof) -> Path:
    """Writes the file below the folder, by its digest; whole or not at all."""
    path = proof.path(folder)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as new:
        new.write(proof.raw)
    Path(new.name).replace(path)
    return path


def path_of(folder: Path, digest: str, form: str) -> Path:
    """Where it lies. ValueError for what is no digest of ours."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or form not in ("jpg", "pdf"):
        raise ValueError("not a proof's digest")
    return folder / digest[:2] / f"{digest}.{form}"


def plain_name(name: str) -> str:
    """What somebody called a file, without its way and without what a line cannot hold."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable()).strip(". ")[:LONGEST_NAME] or "proof"


def _picture(raw: bytes) -> bytes:
    """The picture painted anew as JPEG: upright, no larger than a page needs, with nothing beside."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(raw), formats=_PICTURES) as seen:
                if seen.width * seen.height > MOST_PIXELS:
                    raise Refused("proof_size", pixels=seen.width * seen.height)
                upright = ImageOps.exif_transpose(seen).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=85)
    except (*_BROKEN, Warning) as wrong:
        raise Refused("proof_form") from wrong
    return out.getvalue()


def _paper(raw: bytes) -> bytes:
    """The PDF itself, if it ends where it says and nothing in it acts, packed or not."""
    end = raw.rfind(b"%%EOF")
    if end < 0 or raw[end + 5 :].strip(b"\r\n\t \0"):
        raise Refused("proof_form")
    if any(_ACTS.search(_unescaped(part)) for part in (raw, *_unpacked(raw))):
        raise Refused("proof_acts")
    return raw


def _unescaped(part: bytes) -> bytes:
    """/J#61vaScript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _unpacked(raw: bytes) -> list[bytes]:
    """What packed streams hold, where it is packed as objects are. Refused("proof_size") for a bomb."""
    found, total = [], 0
    for stream in _STREAM.finditer(raw):
        loose = zlib.decompressobj()
        try:
            part = loose.decompress(stream[1], _MOST_UNPACKED - total + 1)
        except zlib.error:
            continue  # a picture or a typeface, packed in another way: names are not looked for in it
        total += len(part)
        if total > _MOST_UNPACKED:
            raise Refused("proof_size", unpacked=total)
        found.append(part)
    return found
