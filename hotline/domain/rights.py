"""Who may see and do what: five roles, and the part of the records that belongs to each."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.errors import Refused

ROLES = ("clerk", "village", "supervisor", "administrator", "auditor")
OVERSEERS = frozenset({"supervisor", "administrator", "auditor"})
"""They see the whole town."""
WRITERS = frozenset({"clerk", "village", "supervisor", "administrator"})
"""Everybody but the auditor, who only reads."""
STEERING = frozenset({"supervisor", "administrator"})
"""They arrange who does what."""
ADMINISTRATION = frozenset({"administrator", "auditor"})
"""Who works here and who looked at what is for these two."""

STATION = "village:"
"""How the desk of a village station begins."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here."""

    username: str
    role: str
    place: str = ""
    """The desk of a clerk: window, home, village:V03, or one of several windows (window:2)."""
    village: str = ""
    """The village of a village's clerk."""
    name: str = ""


@dataclass(frozen=True)
class Sight:
    """The part of the records somebody sees; where nothing is set, all of them."""

    village: str = ""
    desk: str = ""
    """Whose appointments; the town hall's desks share the town's cases, calls and call-backs."""
    confidential: bool = False
    """Whether reports of wrongdoing and complaints about staff are within sight: the supervisor's alone."""

    def covers(self, desk: str, village: str) -> bool:
        """Whether an appointment at this desk, for somebody of this village, is within sight."""
        if self.village:
            return village == self.village or desk == STATION + self.village
        return not self.desk or desk == self.desk or desk.startswith(self.desk + ":")

    def serves(self, kind: str, village: str) -> bool:
        """Whether they take somebody in for a kind of desk: for any window, whichever of them is theirs."""
        return self.covers(kind, village) or (bool(self.desk) and self.desk.partition(":")[0] == kind)


def sight_of(colleague: Colleague) -> Sight:
    """What a colleague sees. Refused("no_place"), ("no_village") or ("no_role") where nobody has said yet."""
    if colleague.role in OVERSEERS:
        return Sight(confidential=colleague.role == "supervisor")
    if colleague.role == "village":
        if not colleague.village:
            raise Refused("no_village")
        return Sight(village=colleague.village)
    if colleague.role != "clerk":
        raise Refused("no_role")
    if not colleague.place:
        raise Refused("no_place")
    if colleague.place.startswith(STATION):
        return Sight(village=colleague.place.removeprefix(STATION))
    return Sight(desk=colleague.place)
