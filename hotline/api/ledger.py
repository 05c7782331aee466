"""The callback ledger (回访问题台账): its rows, what is done with them, what shows that it was mended."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import once
from hotline.api.doors import for_roles, look, viewer
from hotline.api.fields import Absent, Asked, Id, ListId, Name, Span, Unmasking
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain.case_life import Actor
from hotline.domain.errors import Refused
from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.sight import may_see, sees_teller
from hotline.ledger_views import entry_view, line_view, proof_views
from hotline.masking import Mask
from hotline.serving import LedgerMoves
from hotline.store.ledger_reach import rows_within
from hotline.store.names import names_of
from hotline.store.proofs import LARGEST_PROOF
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import LedgerRow
from hotline.store.unit_of_work import Office

api = resource("ledger", "The callback ledger (回访问题台账): what residents said, and what became of it.")
NEWEST_FIRST = Order((LedgerRow.id,), descending=True)
WORKERS = frozenset({"clerk", "village", "supervisor"})
"""Who moves rows; of clerks only the owner of each."""
LARGEST_UPLOAD = LARGEST_PROOF * 4 // 3 + 4096
Moves = Literal[
    "confirm", "dismiss", "publicise", "keep_private", "call", "rectify", "extend", "close", "reopen", "study",
    "adopt", "decline", "tell", "hand_to",
]  # fmt: skip
Why = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)]


class LedgerOut(BaseModel):
    """A row with names beside ids; who said it is shown only to whom it is at work with."""

    id: int
    kind: str = Field(description="praise, problem or suggestion.")
    state: str
    owner: str
    words: str = Field(description="What was said; names known to be in it and long numbers are masked.")
    ratings: dict[str, int] = Field(description="By dimension, 5 非常满意 to 1 非常不满意.")
    solved: bool | None
    source: str
    proposed: str = Field(description="The kind the machine took it for.")
    confidence: float
    reasons: list[str]
    service: str
    place: str
    clerk: str
    topic: str
    topic_id: str
    village: str
    confidential: bool
    answered_at: str
    call_by: str | None
    due: str
    extended: bool
    remedy: str
    reply: str
    number: str
    version: int
    moves: list[str] = Field(description="What you could do with it now.")


class LineOut(BaseModel):
    """A line of the history."""

    place: int
    at: str
    move: str
    came_from: str
    went_to: str
    by: str
    reason: str


class ProofOut(BaseModel):
    """Something that shows that it was mended."""

    digest: str
    form: str
    bytes: int
    name: str
    by: str
    at: str


class WholeLedgerOut(LedgerOut):
    """A row with its history and proof."""

    history: list[LineOut]
    proofs: list[ProofOut]


class LedgerPage(Page[LedgerOut]):
    """Rows, the newest first."""


class LedgerFilter(Span):
    """Which rows."""

    kind: ListId | Absent = None
    state: ListId | Absent = None
    owner: Name | Absent = None


class OneRow(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


class Move(Asked):
    """What is to be done with a row."""

    move: Moves
    version: Annotated[int, Field(ge=0, le=2**31 - 1, description="Of the row as you read it.")]
    reason: Why = ""
    kind: Literal["praise", "problem", "suggestion"] | Absent = Field(None, description="For confirm: what it is.")
    topic: ListId | Absent = Field(None, description="For confirm: its id in the town's lists.")
    days: Annotated[int, Field(ge=6, le=15)] | Absent = Field(None, description="For extend: working days in all.")
    owner: Name | Absent = Field(None, description="For hand_to: who gets it.")


class Upload(Asked):
    """A picture (JPEG, PNG, WebP) or a PDF of up to 10 MB."""

    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
    content: Annotated[str, Field(min_length=4, max_length=LARGEST_UPLOAD, description="Base64.")]


@api.get("/ledger", responses=gives(LedgerPage))
@for_roles()
def list_(query: LedgerFilter) -> Response:
    """Rows you may see, the newest first."""
    row, who = LedgerRow, viewer()
    wanted = select(row).where(rows_within(who, parts().town), *within(row.answered_at, query))
    for column, value in ((row.kind, query.kind), (row.state, query.state), (row.owner, query.owner)):
        wanted = wanted.where(column == value) if value is not None else wanted
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, NEWEST_FIRST, query)
        names = names_of(office, [r.number for r in rows])
        look(office, f"ledger {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    seen = [entry for entry in map(as_entry, rows) if may_see(entry, who)]
    items = [LedgerOut(**_view(e, who, Mask.over(query.unmask, names.get(e.number, ())))) for e in seen]
    return one(LedgerPage(items=items, next=after, total=total))


@api.get("/ledger/<id>", responses=gives(WholeLedgerOut, 404))
@for_roles()
def read(path: OneRow, query: Unmasking) -> Response:
    """One row with its history and proof."""
    with parts().opened() as office:
        view = _whole(office, path.id, query.unmask)
        look(office, f"ledger {path.id}", query.unmask)
        office.commit()
    return one(view, {"id": view.id, "version": view.version})


@api.post("/ledger/<id>/moves", responses=gives(WholeLedgerOut, 400, 404, 409, 413, 415, status=201))
@for_roles(WORKERS)
def move(path: OneRow, header: once.OnceHeader, body: Move) -> Response:
    """Moves a row and tells whom it is told to; with the same Idempotency-Key only once."""
    given = body.model_dump(exclude={"move"}, exclude_none=True)

    def act(office: Office) -> once.Done:
        work = _work(office)
        try:
            work.make(path.id, body.move, viewer(), given)
        except Refused as no:
            _not_found(no)
        look(office, f"moved ledger {path.id}: {body.move}")
        return once.Done(_whole(office, path.id, None), f"/ledger/{path.id}", tuple(work.messages))

    return once.once(header.key, body, act)


@api.post("/ledger/<id>/proofs", responses=gives(WholeLedgerOut, 400, 404, 409, 413, 415, status=201))
@for_roles(WORKERS)
def prove(path: OneRow, header: once.OnceHeader, body: Upload) -> Response:
    """Attaches what shows that it was mended; the very same file is kept once."""
    try:
        raw = b64decode(body.content, validate=True)
    except (NoBase64, ValueError):
        decline(422, "The content is not Base64: send the bytes of the file in that.")

    def act(office: Office) -> once.Done:
        try:
            _work(office).prove(path.id, viewer(), body.name, raw)
        except Refused as no:
            _not_found(no)
        look(office, f"proof for ledger {path.id}")
        return once.Done(_whole(office, path.id, None), f"/ledger/{path.id}")

    return once.once(header.key, body, act)


prove.largest_body = LARGEST_UPLOAD + 4096


def _not_found(no: Refused) -> None:
    """Declines what is not theirs to know of; every other refusal is told as it is."""
    if no.reason == "no_row":
        decline(404)
    raise no


def _work(office: Office) -> LedgerMoves:
    here = parts()
    return here.ledger(office, here.town, here.clock())


def _whole(office: Office, row: int, reason: str | None) -> WholeLedgerOut:
    entry, who = office.ledger.entry(row), viewer()
    if entry is None or not may_see(entry, who):
        decline(404)
    mask = Mask.over(reason, names_of(office, [entry.number]).get(entry.number, ()))
    lines = [line_view(line) for line, _ in office.ledger.history(row)]
    history = [
        LineOut(**line | {"came_from": line["from"], "went_to": line["to"], "reason": mask.words(line["reason"])})
        for line in lines
    ]
    proofs = [ProofOut(**proof) for proof in proof_views(office.ledger.proofs(row))]
    return WholeLedgerOut(**_view(entry, who, mask), history=history, proofs=proofs)


def _view(entry: Entry, who: Actor, mask: Mask) -> dict[str, Any]:
    """Whom it is about never learns who spoke, whatever reason they give."""
    own = mask if sees_teller(entry, who) else Mask(names=mask.names)
    view = entry_view(entry, parts().town, who)
    hidden = {"number": own.number(entry.number)} | {
        name: own.words(view[name]) for name in ("words", "remedy", "reply")
    }
    return view | hidden
