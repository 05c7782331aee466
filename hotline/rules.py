"""What the clerk goes by, put together in one place for the service, the worker and the command line."""

from __future__ import annotations

from hotline.domain.calendar import Timetable
from hotline.domain.catalogue import Town
from hotline.domain.rosters import Rota
from hotline.holidays import is_working_day
from hotline.travel import read_travel
from ivr.clerk import OfficeRules


def office_rules(town: Town, rota: Rota | None = None) -> OfficeRules:
    """The rules of a town; without a rota, as many people as seats at the usual hours."""
    return OfficeRules(town, Timetable(), is_working_day, rota=rota, travel=read_travel())
