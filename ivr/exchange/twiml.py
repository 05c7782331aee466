"""TwiML read with suspicion: bytes in, verbs out; anything odd is a TwimlProblem with Twilio's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as XML

MAX_BYTES = 64 * 1024
"""Twilio's own limit for a TwiML document (error 11750)."""
_XML_TYPES = ("text/xml", "application/xml", "text/html")
_MAX_VERBS = 500


class TwimlProblem(Exception):
    """The document cannot be performed; `code` is Twilio's error code for it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Verb:
    """One element: its name, attributes, text (with all text inside) and the elements inside."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A non-negative number of seconds; the default where the attribute is missing or nonsense."""
        try:
            value = float(self.attributes.get(name, default))
        except ValueError:
            return default
        return min(value, 14400.0) if value >= 0 else default

    def child(self, name: str) -> Verb | None:
        return next((child for child in self.children if child.name == name), None)


def read(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of a voice or message document.

    Plain text is one Say, as Twilio reads it out. Raises TwimlProblem.
    """
    if len(body) > MAX_BYTES:
        raise TwimlProblem(11750, "TwiML response body too large")
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (*_XML_TYPES, "text/plain"):
        raise TwimlProblem(12300, f"invalid Content-Type {kind or '(none)'}")
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise TwimlProblem(12100, "document is not UTF-8") from error
    if kind == "text/plain":
        return (Verb("Say", text=text),) if text else ()
    return parse(text)


def parse(text: str) -> tuple[Verb, ...]:
    """The verbs inside `<Response>`. Raises TwimlProblem; entities and document types are refused."""
    if not text:
        return ()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlProblem(12100, "document type declarations are not accepted")
    try:
        root = XML.fromstring(text)  # noqa: S314  # no DTD gets this far, and 64 KiB at most
    except XML.ParseError as error:
        raise TwimlProblem(12100, "document parse failure") from error
    if root.tag != "Response":
        raise TwimlProblem(12100, "the root element is not Response")
    if sum(1 for _ in root.iter()) > _MAX_VERBS:
        raise TwimlProblem(11750, "too many elements")
    return tuple(_verb(element, depth=0) for element in root)


def _verb(element: XML.Element, *, depth: int) -> Verb:
    if depth > 8:
        raise TwimlProblem(12100, "elements nested too deeply")
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text="".join(element.itertext()).strip(),
        children=tuple(_verb(child, depth=depth + 1) for child in element),
    )
