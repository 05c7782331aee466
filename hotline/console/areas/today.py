"""Today (今天): what waits for me."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.domain.rights import ROLES

area = Area("today", "今天", icon="home", roles=ROLES, key="t", first="today")


@area.page("/today")
def today() -> str:
    """What waits, the most urgent first."""
    return render_template("today.html")


@area.page("/")
def root() -> AnyResponse:
    """The address a clerk types."""
    return redirect(url_for("console.today.today"))
