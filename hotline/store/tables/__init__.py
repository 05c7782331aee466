"""The tables, a file for each part of the office. Times are kept in UTC; audio lies in files beside."""

from __future__ import annotations

from hotline.store.tables.api import ApiAnswerRow, ApiTokenRow
from hotline.store.tables.appointments import (
    AppointmentMoveRow,
    AppointmentRow,
    HeldCellRow,
    HelperCaseRow,
    WaitingRow,
)
from hotline.store.tables.base import Table, UtcTime
from hotline.store.tables.calls_out import CallOutRow, GateRow
from hotline.store.tables.cases import CaseAlertRow, CaseEventRow, GrievanceRow
from hotline.store.tables.catalogue import CatalogueRow
from hotline.store.tables.conversations import (
    CallReviewRow,
    CallRow,
    ConversationRow,
    CorrectionRow,
    JournalRow,
    ReceiptRow,
    StreamTokenRow,
    TurnRow,
)
from hotline.store.tables.erasures import ErasureRow
from hotline.store.tables.feeds import FeedTokenRow
from hotline.store.tables.finding import KnownNameRow, KnownNumberRow
from hotline.store.tables.hand_over import CallbackStepRow, DutyRow, DutySwapRow, RingRow
from hotline.store.tables.ledger import LedgerAlertRow, LedgerLineRow, LedgerProofRow, LedgerRow, ReportRow
from hotline.store.tables.messages import ContactWishRow, MessageRow
from hotline.store.tables.replies import ReplyTemplateRow
from hotline.store.tables.residents import CallbackRow, ResidentRow
from hotline.store.tables.staff import AuditHeadRow, LookRow, NoteRow, RecoveryCodeRow, StaffRow, StaffSessionRow
from hotline.store.tables.surveys import (
    AnsweringHourRow,
    RatingRow,
    SurveyAnswerRow,
    SurveyFrameRow,
    SurveyPersonRow,
    SurveyRow,
    WalkInRow,
)

__all__ = [
    "AnsweringHourRow",
    "ApiAnswerRow",
    "ApiTokenRow",
    "AppointmentMoveRow",
    "AppointmentRow",
    "AuditHeadRow",
    "CallOutRow",
    "CallReviewRow",
    "CallRow",
    "CallbackRow",
    "CallbackStepRow",
    "CaseAlertRow",
    "CaseEventRow",
    "CatalogueRow",
    "ContactWishRow",
    "ConversationRow",
    "CorrectionRow",
    "DutyRow",
    "DutySwapRow",
    "ErasureRow",
    "FeedTokenRow",
    "GateRow",
    "GrievanceRow",
    "HeldCellRow",
    "HelperCaseRow",
    "JournalRow",
    "KnownNameRow",
    "KnownNumberRow",
    "LedgerAlertRow",
    "LedgerLineRow",
    "LedgerProofRow",
    "LedgerRow",
    "LookRow",
    "MessageRow",
    "NoteRow",
    "RatingRow",
    "ReceiptRow",
    "RecoveryCodeRow",
    "ReplyTemplateRow",
    "ReportRow",
    "ResidentRow",
    "RingRow",
    "StaffRow",
    "StaffSessionRow",
    "StreamTokenRow",
    "SurveyAnswerRow",
    "SurveyFrameRow",
    "SurveyPersonRow",
    "SurveyRow",
    "Table",
    "TurnRow",
    "UtcTime",
    "WaitingRow",
    "WalkInRow",
]
