"""Prompt studio (录音室): every sentence the hotline says, heard, said in one's own voice, and given back."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.turn_pages import staff_names
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts
from hotline.console.times import to_minute
from hotline.domain.errors import Refused
from hotline.domain.recorded_prompts import NEVER, Sentence, missing
from hotline.domain.rights import STEERING

area = Area("studio", "录音室", icon="microphone", roles=STEERING, key="v", first="sentences")

LARGEST = 4 << 20
"""Bytes of a recording: more than half a minute of what the browser sends."""
WAV = "audio/wav"
SLOT = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class VersionLine:
    """A recording of a sentence, as it is listed."""

    number: int
    by: str
    at: str
    seconds: float
    same: bool
    """Whether the sentence is still the one that was read out."""


@area.page("/studio")
def sentences() -> str:
    """All of them by talk, and what is missing."""
    every = parts().studio.sentences()
    _looked("prompts")
    scripts: dict[str, list[Sentence]] = defaultdict(list)
    for one in every:
        scripts[one.script].append(one)
    lacking = [one.name for one in missing(every)]
    return render_template("studio/sentences.html", scripts=scripts.items(), missing=lacking, shown=_shown)


@area.page("/studio/<name>")
def sentence(name: str) -> str:
    """One of them: to hear it, to say it, to bring an older recording back."""
    every = parts().studio.sentences()
    one = _named(every, name)
    fixed = [other.name for other in every if other.state != NEVER]
    lacking = [other.name for other in missing(every) if other.name != name]
    at = fixed.index(name) if name in fixed else -1
    ahead = [other for other in lacking if fixed.index(other) > at] or fixed[at + 1 :]
    _looked(f"prompt {name}")
    return render_template(
        "studio/sentence.html", one=one, versions=_lines(one), following=next(iter(ahead), ""), shown=_shown
    )


@area.page("/studio/<name>/sound/<int:version>")
def sound(name: str, version: int) -> Response:
    """A version; 0 is the synthetic voice."""
    try:
        found = parts().studio.sound(name, version)
    except Refused as no:
        if no.reason in {"no_sentence", "no_version", "changes"}:
            abort(404)
        raise
    return Response(found, mimetype=WAV)


@area.page("/studio/<name>/recordings", methods=("POST",))
def record(name: str) -> Response | tuple[Response, int]:
    """Takes a recording as the WAV it is; nothing of the request names a file."""
    if (request.content_length or 0) > LARGEST:
        abort(413)
    if request.mimetype != WAV:
        return jsonify(says=term("studio_refused", "not_a_wav")), 400
    _named(parts().studio.sentences(), name)
    try:
        made = parts().studio.record(name, request.stream.read(LARGEST), colleague().username, parts().clock())
    except Refused as no:
        return jsonify(says=term("studio_refused", no.reason)), 400
    _looked(f"recorded prompt {name} version {made.number}")
    flash(_("录好了，从下一通电话起就用您的声音。"), "success")
    return jsonify(version=made.number)


@area.page("/studio/<name>/use", methods=("POST",))
def use(name: str) -> AnyResponse:
    """Another version from now on; 0 is the synthetic voice."""
    _named(parts().studio.sentences(), name)
    version = request.form.get("version", -1, type=int)
    try:
        parts().studio.use(name, version)
    except Refused as no:
        flash(term("studio_refused", no.reason), "warning")
    else:
        _looked(f"prompt {name} now version {version}")
        flash(_("换好了，从下一通电话起就用它。") if version else _("换回合成的声音了。"), "success")
    return redirect(url_for("console.studio.sentence", name=name))


def _shown(one: Sentence) -> str:
    """The words, with a gap where they differ from call to call."""
    return SLOT.sub("〔…〕", one.words)


def _named(every: list[Sentence], name: str) -> Sentence:
    return next((one for one in every if one.name == name), None) or abort(404)


def _lines(one: Sentence) -> list[VersionLine]:
    with parts().opened() as office:
        names = staff_names(office, {version.by for version in one.versions})
    return [
        VersionLine(v.number, names[v.by], to_minute(v.at), v.seconds, v.words == one.words) for v in one.versions
    ]


def _looked(what: str) -> None:
    """Nothing of residents is in here; who changed what is said to them is kept all the same."""
    with parts().opened() as office:
        look(office, what)
        office.commit()
