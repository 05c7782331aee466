"""What the domain and the desk ask of the tables, in their own words: a file for each part of the office."""

from __future__ import annotations

from hotline.store.repositories.appointments import Appointments, as_appointment
from hotline.store.repositories.callbacks import Callbacks, Rings
from hotline.store.repositories.calls_out import CallsOut
from hotline.store.repositories.cases import Grievances, as_grievance
from hotline.store.repositories.catalogue import Catalogue
from hotline.store.repositories.contact_wishes import ContactWishes
from hotline.store.repositories.conversations import Conversations
from hotline.store.repositories.duty import DutyBook
from hotline.store.repositories.ledger import Ledger
from hotline.store.repositories.messages import Messages
from hotline.store.repositories.records import Records
from hotline.store.repositories.replies import ReplyTemplates
from hotline.store.repositories.reports import Reports
from hotline.store.repositories.surveys import Surveys
from hotline.store.repositories.waiting import HelperCases, Waiting

__all__ = [
    "Appointments",
    "Callbacks",
    "CallsOut",
    "Catalogue",
    "ContactWishes",
    "Conversations",
    "DutyBook",
    "Grievances",
    "HelperCases",
    "Ledger",
    "Messages",
    "Records",
    "ReplyTemplates",
    "Reports",
    "Rings",
    "Surveys",
    "Waiting",
    "as_appointment",
    "as_grievance",
]
