"""The public board (表扬区 / 批评建议区), a static page and an Atom feed: masked, nothing runs or is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.ledger.proposals import Kind
from hotline.domain.surveys.figures import Figure
from hotline.reports.contents import Item
from hotline.reports.figures import Names
from hotline.reports.page import fill
from hotline.reports.shares import cautions, share
from hotline.reports.wording import named, said, written_date
from hotline.reports.xml import clean

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100


@dataclass(frozen=True)
class Note:
    """What is shown of one row."""

    row: int
    day: str
    at: datetime
    headline: str
    words: str
    state: str
    remedy: str
    reply: str


@dataclass(frozen=True)
class Board:
    praise: tuple[Note, ...]
    criticism: tuple[Note, ...]
    updated: datetime
    period: str = ""
    satisfaction: Figure | None = None


def compose(items: Sequence[Item], names: Names, now: datetime, figure: tuple[str, Figure] | None = None) -> Board:
    """The newest of each; whose it is and who said it is not in it."""
    notes = [(one.entry.kind, _note(one, names)) for one in items]
    period, satisfied = figure or ("", None)
    return Board(
        tuple(note for kind, note in notes if kind is Kind.PRAISE)[:MOST],
        tuple(note for kind, note in notes if kind is not Kind.PRAISE)[:MOST],
        now,
        period,
        satisfied,
    )


def page(board: Board) -> str:
    """The page."""
    satisfied = board.satisfaction
    shown = (share(satisfied), cautions(satisfied)) if satisfied is not None else ("", "")
    return fill(
        "board",
        board=board,
        title=said("board", "title"),
        about=said("board", "about"),
        areas=((said("board", "praise"), board.praise), (said("board", "criticism"), board.criticism)),
        updated=said("board", "updated", date=written_date(board.updated.astimezone(TOWN_TIME).date())),
        empty=said("board", "empty"),
        mended=said("board", "mended"),
        reply=said("board", "reply"),
        headline=said("board", "satisfaction", period=board.period) if satisfied is not None else "",
        share=shown[0],
        caution=shown[1],
    )


def feed(board: Board, address: str = "") -> bytes:
    """The same as Atom (RFC 4287), the newest first."""
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "title", said("board", "title"))
    _add(root, "id", address or "urn:niutian:board")
    _add(root, "updated", _rfc3339(board.updated))
    _add(ElementTree.SubElement(root, "author"), "name", said("form", "office"))
    if address:
        ElementTree.SubElement(root, "link", rel="self", href=address)
    for note in sorted((*board.praise, *board.criticism), key=lambda one: one.at, reverse=True):
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "title", note.headline)
        _add(entry, "id", f"urn:niutian:ledger:{note.row}")
        _add(entry, "updated", _rfc3339(note.at))
        parts = [note.words, *(f"{said('board', name)}：{told}" for name, told in _became(note) if told)]
        _add(entry, "content", "\n".join(parts), type="text")
    told: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _became(note: Note) -> tuple[tuple[str, str], ...]:
    return ("mended", note.remedy), ("reply", note.reply)


def _note(one: Item, names: Names) -> Note:
    entry = one.entry
    kind = str(entry.kind)
    outcome = one.outcome if entry.kind is Kind.SUGGESTION and one.outcome else entry.state
    return Note(
        row=entry.id,
        day=written_date(entry.answered_at.astimezone(TOWN_TIME).date()),
        at=entry.answered_at,
        headline=said("board", f"public_{kind}", place=names.place(entry.place)),
        words=one.words,
        state=named("state", outcome),
        remedy=one.remedy,
        reply=one.reply,
    )


def _add(parent: ElementTree.Element, name: str, text: str, **more: str) -> None:
    ElementTree.SubElement(parent, name, more).text = clean(text)


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
