"""Cases (诉求): which there are, and one of them."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, or_, select

from hotline.api import once
from hotline.api.doors import for_roles, look, sight, viewer
from hotline.api.fields import ONE_LINE, Absent, Asked, Code, ListId, Name, Number, Span, Unmasking, Words
from hotline.api.pages import Order, Page, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.refusals import CASES, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.case_life import MOVES
from hotline.domain.discretion import HIDDEN_FROM, visible
from hotline.domain.grievances import Grievance, Told
from hotline.domain.residents import plain_number
from hotline.domain.rights import ROLES
from hotline.masking import Mask
from hotline.store.case_search import Sought, count, search
from hotline.store.reach import grievances_within
from hotline.store.repositories import as_grievance
from hotline.store.tables import GrievanceRow
from hotline.store.unit_of_work import Office
from hotline.views import grievance_view, town_time

api = resource("grievances", "Cases (诉求): what residents reported and what became of it.")
OPENERS = tuple(role for role in ROLES if role in MOVES["accept"].who)
Story = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=4000)]
Staff = Annotated[list[Name], Field(max_length=10, description="Names or user names of staff it is about.")]
NEWEST_FIRST = Order((GrievanceRow.id,), descending=True)


class GrievanceOut(BaseModel):
    """A case with its topic and village by name."""

    code: str
    topic: str
    topic_id: str
    story: str = Field(description="In the resident's words; the resident's name and long numbers are masked.")
    village: str
    village_id: str
    group: str
    where: str
    name: str
    number: str
    callback_number: str
    urgency: str
    status: str
    sign_by: str
    kind: str = Field(description="consult, help, complaint, report, suggestion or praise.")
    case_class: str
    unit: str
    officer: str
    taken_by: str
    answer_by: str | None
    paused_at: str | None
    extended_days: int
    dispatches: int
    supervised: bool
    confidential: bool
    tellers: int = Field(description="How many have reported the same.")
    merged_into: str
    answer: str
    tell_by: str
    source: str = Field(description="line (call or text), walk_in, letter or city (12345).")
    reference: str = Field(description="Its number where it came from.")
    version: int
    created_at: str


class GrievancePage(Page[GrievanceOut]):
    """Cases, the newest first."""


class GrievanceFilter(Span):
    """Which cases."""

    q: Words | Absent = Field(None, description="What stands in its story, place, answer or code.")
    told_by: Name | Absent = Field(None, description="Part of the teller's name, or the number.")
    status: ListId | Absent = None
    kind: ListId | Absent = None
    urgency: ListId | Absent = None
    unit: Words | Absent = None
    supervised: bool = Field(default=False, description="Only those under supervision (督办).")
    topic_id: ListId | Absent = None
    village_id: ListId | Absent = None


class OneGrievance(BaseModel):
    code: Code = Field(json_schema_extra={"example": "118822"})


class Opening(Asked):
    """What somebody told, and how it came here."""

    source: Literal["walk_in", "letter", "city"] = Field(description="At the counter, by letter, or from 12345.")
    reference: Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f]+$", max_length=40)] | Absent = Field(
        None, description="Its number where it came from; there is one case of each."
    )
    topic_id: ListId = Field(json_schema_extra={"example": "G1"})
    story: Story
    village_id: ListId | Absent = Field(None, json_schema_extra={"example": "V01"})
    group: Annotated[str, Field(pattern=ONE_LINE, max_length=20)] = ""
    where: Words = ""
    name: Name | Absent = Field(None, description="Left out: it was told without a name.")
    number: Number | Absent = Field(None, description="Where they are told how it goes; left out: nowhere.")
    kind: Literal["consult", "help", "complaint", "report", "suggestion", "praise"] | Absent = Field(
        None, description="Left out: what topic and words propose."
    )
    urgency: Literal["danger", "urgent", "normal"] | Absent = Field(None, description="Left out: by the topic.")
    tell_by: Literal["sms", "call"] = "sms"
    accused: Staff | Absent = None

    def told(self) -> Told:
        """As cases take it."""
        number = plain_number(self.number) if self.number is not None else ""
        return Told(
            self.topic_id, self.story.strip(), self.village_id or "", self.group.strip(), self.where.strip(),
            (self.name or "").strip(), number, number, self.urgency or "", kind=self.kind or "",
            tell_by=self.tell_by, source=self.source, reference=self.reference,
        )  # fmt: skip


class CaseOpened(BaseModel):
    """What to tell whoever told it: the code; and what has become of it. A confidential one is not read again."""

    code: str
    status: str
    kind: str
    urgency: str
    confidential: bool = Field(description="The supervisor's alone from now on.")
    unit: str
    officer: str
    sign_by: str
    answer_by: str | None


@api.get("/grievances", responses=gives(GrievancePage))
@for_roles()
def list_(query: GrievanceFilter) -> Response:
    """Cases you may see, the newest first; `q` by the same index as `hotline cases search`."""
    row, who = GrievanceRow, viewer()
    if query.told_by is not None and who.role in HIDDEN_FROM:
        decline(403, "Who told a case is not for your role: search with `q` for what it says.")
    sought = Sought(
        text=query.q or "", statuses=(query.status,) if query.status is not None else (),
        topic=query.topic_id or "", village=query.village_id or "", urgency=query.urgency or "",
        kind=query.kind or "", unit=query.unit or "", supervised=query.supervised, page=query.limit + 1,
        before=NEWEST_FIRST.read_place(query.after)[0] if query.after else 0,
    )  # fmt: skip
    told_by = () if query.told_by is None else (_told_by(query.told_by),)
    scope = (grievances_within(sight()), *within(row.created_at, query), *told_by)
    with parts().opened() as office:
        found = search(office.session, sought, who, *scope)
        total = count(office.session, sought, who, *scope) if query.total else None
        rows = found[: query.limit]
        look(office, f"grievances {shown(rows, lambda r: r.code)}", query.unmask)
        office.commit()
    seen = ((visible(as_grievance(r), who), r.name) for r in rows)
    items = [_out(case, mask_of(query.unmask, told)) for case, told in seen if case is not None]
    after = NEWEST_FIRST.place_of(rows[-1]) if len(found) > query.limit else None
    return one(GrievancePage(items=items, next=after, total=total))


def _told_by(who: str) -> ColumnElement[bool]:
    row = GrievanceRow
    return or_(row.name.contains(who, autoescape=True), row.number == who, row.callback_number == who)


@api.get("/grievances/<code>", responses=gives(GrievanceOut, 404))
@for_roles()
def read(path: OneGrievance, query: Unmasking) -> Response:
    """One case by its code."""
    with parts().opened() as office:
        case, teller = held(office, path.code)
        look(office, f"grievance {case.code}", query.unmask)
        office.commit()
    return one(_out(case, mask_of(query.unmask, teller)), grievance_view(case, parts().town))


@api.post("/grievances", responses=gives(CaseOpened, *WRITING, 409, status=201))
@for_roles(OPENERS)
def open_(header: once.OnceHeader, body: Opening) -> Response:
    """Opens a case and sends it to its unit; with the same Idempotency-Key only once."""
    town = parts().town
    if body.topic_id not in town.topics or (body.village_id is not None and body.village_id not in town.villages):
        decline(422, "No such topic or village: GET /api/topics and /api/villages list them.")
    if not sight().covers(sight().desk, body.village_id or ""):
        decline(403, "That is not your village: ask a supervisor.")
    return once.once(header.key, body, lambda office: _open(office, header.key, body))


def _open(office: Office, key: str, asked: Opening) -> once.Done:
    here = parts()
    counter = here.now_serving.counter(office, viewer(), here.clock(), once.request_id(key))
    with told_by(CASES):
        opened = counter.open_case(asked.told(), tuple(asked.accused or ()))
    look(office, f"opened grievance {opened.code}")
    seen = visible(opened, viewer())
    etag = once.etag_of(grievance_view(seen, here.town)) if seen is not None else ""
    return once.Done(_opened(opened), f"/grievances/{opened.code}", tuple(counter.messages), etag)


def _opened(case: Grievance) -> CaseOpened:
    return CaseOpened(
        code=case.code, status=case.status, kind=case.kind, urgency=case.urgency, confidential=case.confidential,
        unit=case.unit, officer=case.officer, sign_by=town_time(case.sign_by) or "",
        answer_by=town_time(case.answer_by),
    )  # fmt: skip


def held(office: Office, code: str) -> tuple[Grievance, str]:
    """The case as whoever asks may see it, held until this transaction ends; and who told it, to be masked.

    Declined with 404 where there is none, or none they may know of.
    """
    query = select(GrievanceRow).where(GrievanceRow.code == code, grievances_within(sight()))
    row = office.session.scalars(query.with_for_update()).one_or_none()
    case = visible(as_grievance(row), viewer()) if row is not None else None
    if case is None:
        decline(404)
    return case, row.name if row is not None else ""


def mask_of(reason: str | None, teller: str) -> Mask:
    """Over the words of a case; no reason lifts it for who sees cases without who told them."""
    return Mask.over(None if viewer().role in HIDDEN_FROM else reason, [teller])


def _out(case: Grievance, mask: Mask) -> GrievanceOut:
    view = grievance_view(case, parts().town)
    hidden = {
        "story": mask.words(view["story"]),
        "where": mask.words(view["where"]),
        "answer": mask.words(view["answer"]),
        "name": mask.name(view["name"]),
        "number": mask.number(view["number"]),
        "callback_number": mask.number(view["callback_number"]),
    }
    return GrievanceOut(**view | hidden)
