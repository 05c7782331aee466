"""Chinese as written in the templates, or English by translations/en where the person chose it."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from flask import Flask, g, request, session
from flask_babel import Babel, format_date, gettext

from hotline.words import word

LANGUAGES = ("zh", "en")
TRANSLATIONS = Path(__file__).parent / "translations"


def init(app: Flask) -> None:
    """Babel for this app; templates write {{ _("中文") }}."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "zh")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    Babel(app, locale_selector=language)
    app.jinja_env.globals["language"] = language


def language() -> str:
    """zh or en. English only where somebody chose it: a browser's setting says little in an office."""
    chosen = session.get("language", "") if request else ""
    return chosen if chosen in LANGUAGES else "zh"


def translated(text: str, **values: object) -> str:
    """A text in the person's language; import it as `_`, so that the text is found for the catalogue."""
    return str(gettext(text, **values)) if text else ""


def term(kind: str, name: str, /, **facts: object) -> str:
    """The word for one of a kind in the person's language, {places} filled in; else the name."""
    said = word(kind, name)
    shown = translated(said) if said != name else name
    return shown.format(**facts) if facts else shown


def day_named(day: date, pattern: str) -> str:
    """A day by a pattern of CLDR, which is itself a text to translate: M月d日 is MMM d in English."""
    return str(format_date(day, pattern))


def fresh_nonce() -> str:
    """A number used once, for the styles of this page."""
    g.nonce = secrets.token_urlsafe(16)
    found: str = g.nonce
    return found
