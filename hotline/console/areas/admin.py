"""How the whole stands (管理): queues, models, calling hours, texts, what is kept how long."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import func, or_, select

from hotline.backups import FOLDER, backups
from hotline.console.area import Area
from hotline.console.areas import hours, texts
from hotline.console.parts import look, parts
from hotline.domain.rights import ADMINISTRATION
from hotline.store.audit import head_of
from hotline.store.tables import MessageRow, StaffRow

area = Area("admin", "管理", icon="settings", roles=ADMINISTRATION, key="m")


@area.page("/admin")
def overview() -> str:
    """What works by itself, and whether it does."""
    here, row = parts(), MessageRow
    late = (row.state == "waiting", or_(row.due_at.is_(None), row.due_at <= here.clock()))
    with here.opened() as office:
        overdue = office.session.scalar(select(func.count()).select_from(row).where(*late)) or 0
        people = office.session.scalar(select(func.count()).select_from(StaffRow)) or 0
        version, head = office.catalogue.newest(), head_of(office.session)
        look(office, "administration")
        office.commit()
    try:
        queues = here.queues()
    except ConnectionError:
        queues = None
    kept = backups(here.settings.data_dir / FOLDER)
    return render_template(
        "admin/overview.html", queues=queues, overdue=overdue, people=people, version=version, head=head,
        backup=kept[0] if kept else None, models=here.administration.models(), ears=here.administration.ears,
        archived_after=here.settings.archive_after_days, recordings_kept=here.settings.keep_recordings_days,
    )  # fmt: skip


texts.declare(area)
hours.declare(area)
