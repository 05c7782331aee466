"""Sentences that staff answer cases with; what was erased at somebody's wish; how they like to be spoken to."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MANNERS = ("slow", "keypad", "human_first")
FIRST = (
    ("answer", "已经修好", "您反映的{topic}问题，{unit}已经到现场处理好了。还有不对的地方，请再打热线。"),
    ("answer", "已安排时间", "您反映的{topic}问题，{unit}已经安排人处理，请您等几天。办好了我们再告诉您。"),
    ("answer", "政策解释", "您问的事情，{unit}按规定是这样的：……有不清楚的，可以带上身份证到镇里窗口来问。"),
    ("answer_at_once", "当场答复", "您问的事情，答复如下：……"),
    ("return", "不归本单位管", "这件事不归本单位管，建议转给：……"),
    ("pause", "缺材料", "办这件事还缺材料：……请您补齐以后再告诉我们。"),
    ("extend", "要等天气或材料", "因为天气（材料）的原因，要晚几天才能办好，请您谅解。"),
    ("refuse", "不归政府管", "您反映的事情不归镇里管，建议您：……"),
    ("refuse", "已在法院", "这件事已经到了法院，镇里不能再受理，请以法院的结果为准。"),
    ("hand_over", "归市里管", "您反映的事情归市里管，已经替您转到12345。"),
)


def upgrade() -> None:
    made = op.create_table(
        "reply_templates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("move", sa.String(20), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("move", "title"),
    )
    now = datetime(2026, 11, 27, tzinfo=UTC)
    rows = [
        {"move": move, "title": title, "text": text, "changed_by": "", "changed_at": now, "version": 1}
        for move, title, text in FIRST
    ]
    op.bulk_insert(made, rows)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pseudonym", sa.String(40), nullable=False, unique=True),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
    )
    with op.batch_alter_table("contact_wishes") as table:
        for name in MANNERS:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("contact_wishes") as table:
        for name in MANNERS:
            table.drop_column(name)
    op.drop_table("erasures")
    op.drop_table("reply_templates")
