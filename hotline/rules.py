"""What the clerk goes by, put together in one place for the service, the worker and the command line."""

from __future__ import annotations

from hotline.domain.calendar import Timetable
from hotline.domain.catalogue import Town
from hotline.domain.town_document import calendar_of, rota_of
from hotline.holidays import official
from hotline.travel import read_travel
from ivr.clerk import OfficeRules


def office_rules(town: Town) -> OfficeRules:
    """The rules of a town: its calendar, its rosters, its ways from village to village."""
    works, rota = calendar_of(town, official).works_on, rota_of(town, official)
    return OfficeRules(town, Timetable(), works, rota=rota, travel=read_travel())
