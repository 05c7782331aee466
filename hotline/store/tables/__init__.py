"""The tables, a file for each part of the office. Times are kept in UTC; audio lies in files beside."""

from __future__ import annotations

from hotline.store.tables.api import ApiAnswerRow, ApiTokenRow
from hotline.store.tables.appointments import AppointmentRow
from hotline.store.tables.base import Table, UtcTime
from hotline.store.tables.cases import GrievanceRow
from hotline.store.tables.conversations import (
    CallRow,
    ConversationRow,
    CorrectionRow,
    JournalRow,
    ReceiptRow,
    StreamTokenRow,
    TurnRow,
)
from hotline.store.tables.messages import MessageRow
from hotline.store.tables.residents import CallbackRow, ResidentRow
from hotline.store.tables.staff import LookRow, StaffRow

__all__ = [
    "ApiAnswerRow",
    "ApiTokenRow",
    "AppointmentRow",
    "CallRow",
    "CallbackRow",
    "ConversationRow",
    "CorrectionRow",
    "GrievanceRow",
    "JournalRow",
    "LookRow",
    "MessageRow",
    "ReceiptRow",
    "ResidentRow",
    "StaffRow",
    "StreamTokenRow",
    "Table",
    "TurnRow",
    "UtcTime",
]
