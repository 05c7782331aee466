"""Copies of the database: made with a button, listed, compared with their checksums."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from hotline.backups import FOLDER, backups, check_backup, make_backup
from hotline.console.area import Area
from hotline.console.parts import colleague, look, parts
from hotline.domain.audit import BACKUP
from hotline.domain.rights import ADMINISTRATION
from hotline.trouble import Trouble

area = Area("backups", "", roles=ADMINISTRATION)


@area.page("/admin/backups")
def kept() -> str:
    """All there are. They hold everything, so none is given out here: they are fetched from the machine."""
    folder = parts().settings.data_dir / FOLDER
    with parts().opened() as office:
        look(office, "backups")
        office.commit()
    return render_template(
        "admin/backups.html", backups=[(one, check_backup(folder, one)) for one in backups(folder)]
    )


@area.page("/admin/backups", methods=("POST",), roles=frozenset({"administrator"}))
def make() -> AnyResponse:
    """Makes one now."""
    folder = parts().settings.data_dir / FOLDER
    try:
        made = make_backup(parts().store, folder, colleague().username, parts().clock())
    except Trouble as wrong:
        flash(_("没备份成：%(why)s", why="；".join(wrong.problems)), "danger")
        return redirect(url_for("console.backups.kept"))
    with parts().opened() as office:
        look(office, f"backup {made.name}", kind=BACKUP)
        office.commit()
    flash(_("备份好了。"), "success")
    return redirect(url_for("console.backups.kept"))
