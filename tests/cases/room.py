"""A case room on a database of its own: who works there, cases by the dozen, a clock the test moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.case_life import MOVES, THE_MACHINE, Actor
from hotline.domain.dispatch import actor
from hotline.domain.grievances import Grievance, Told, accept
from hotline.holidays import is_working_day
from hotline.store.unit_of_work import Office, Store
from ivr.casework import Casework
from tests.town import TOWN, Watch


def staff(username: str, role: str, name: str) -> Actor:
    return actor(TOWN.officers, username, role, name)


CLERK = staff("zeng", "clerk", "曾令军")
WATER = staff("liu", "clerk", "刘水生")
OTHER_WATER = staff("hu", "clerk", "胡建明")
VILLAGE_2 = staff("gao", "village", "高松柏")
VILLAGE_3 = staff("shi", "village", "石国华")
SUPERVISOR = staff("zhou", "supervisor", "周正平")
ADMINISTRATOR = staff("root", "administrator", "何美玲")
AUDITOR = staff("audit", "auditor", "苏审计")
EVERYBODY = (CLERK, WATER, OTHER_WATER, VILLAGE_2, VILLAGE_3, SUPERVISOR, ADMINISTRATOR, AUDITOR)

NEVER: Mapping[str, set[str]] = {
    "administrator": set(MOVES) - {"archive"},
    "auditor": set(MOVES),
    "village": {"dispatch", "reassign", "review", "send_back", "merge", "part", "urge", "classify",
                "refuse", "hand_over", "reopen", "accept_anew", "close", "call_back", "archive"},
    "clerk": {"reassign", "review", "send_back", "part", "urge", "archive"},
    "supervisor": set(),
    "machine": {"sign", "answer", "extend", "pause", "merge", "refuse", "review", "classify"},
}  # fmt: skip
"""By hand, from domain.md: what somebody of a role never does."""


@dataclass
class Room:
    store: Store
    watch: Watch = field(default_factory=Watch)
    _codes: int = 100_000

    def opened(self, *, dispatched: bool = True, by: Actor = THE_MACHINE, **told: Any) -> Grievance:
        """A case that a resident has told, or that somebody has taken in, sent on to its unit if it may be."""
        facts = {
            "topic": "G1", "story": "自来水停了三天", "village": "V02", "group": "三组", "where": "",
            "name": "王桂花", "number": "13907370001", "callback_number": "", "urgency": "urgent",
        } | {k: v for k, v in told.items() if k != "accused"}  # fmt: skip
        self._codes += 1
        with self.store.open() as office:
            case = accept(
                office.grievances,
                Told(**facts),
                conversation=f"c{self._codes}",
                now=self.watch(),
                draw_code=lambda: f"{self._codes}",
                is_working_day=is_working_day,
                accused=told.get("accused", ()),
                by=by,
            )
            if dispatched:
                case = self.work(office).opened(case, THE_MACHINE)
            office.commit()
        return case

    def work(self, office: Office) -> Casework:
        return Casework(TOWN, is_working_day, office, self.watch())

    def make(self, case: Grievance | str, move: str, who: Actor, /, **given: Any) -> Grievance:
        code = case if isinstance(case, str) else case.code
        with self.store.open() as office:
            moved = self.work(office).make(code, move, who, given)
            office.commit()
        return moved

    def now(self, case: Grievance) -> Grievance:
        with self.store.open() as office:
            found = office.grievances.by_code(case.code)
        assert found is not None
        return found

    def texts(self) -> list[str]:
        with self.store.open() as office:
            rows = [office.messages.locked(row) for row in office.messages.waiting(10_000)]
        return [row.body for row in rows if row is not None]
