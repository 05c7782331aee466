"""Hostile words on every page, forms from elsewhere, addresses that lead out, bodies too large, wrong methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from werkzeug.http import parse_cookie

from hotline.console.area import PUBLIC
from hotline.console.crawl import is_page, reached
from tests.api.conftest import PEOPLE
from tests.console.conftest import PASSWORD
from tests.console.hall import Hall, token_of, town_hall
from tests.console.hostile import MARK, PAYLOADS, poison
from tests.console.matrix import FORMS, FRAMED, addresses, routes
from tests.console.test_in_browser import browsing

CLIMBS = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/x", "....//x", "\\..\\x", "a%00b", "'",
    "1;drop table looks", "-1", "99999999999999999999", "%F0%9F%92%A9", "x" * 3000, "%E2%80%AE",
    "<script>", "{{7*7}}",
)  # fmt: skip


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with town_hall(tmp_path_factory.mktemp("hostile"), poison) as hall:
        yield hall


def html_pages(hall: Hall, who: str) -> dict[str, str]:
    """By rule, an address of each page this person reaches by links or by the matrix's samples."""
    found = dict(reached(hall.app, hall.as_(who)))
    for rule, method, _roles in routes(hall.app):
        if method != "GET" or rule.rule in found:
            continue
        for path in addresses(hall.app, rule).values():
            answer = hall.as_(who).get(path)
            if is_page(answer):
                found[rule.rule] = path
            answer.close()
    return found


def whole(hall: Hall, who: str, path: str) -> bool:
    """A page of its own; the parts that scripts put into one are looked at where they stand."""
    return "<html" in hall.as_(who).get(path).text


class Attributes(HTMLParser):
    """Names of the attributes of every element."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.update(name for name, _ in attrs)


def attributes(page: str) -> set[str]:
    reader = Attributes()
    reader.feed(page)
    return reader.names


def forbidden(name: str) -> bool:
    """A script or a style in an attribute: the policy would refuse it, and none is ours."""
    return name.startswith("on") or name == "style"


def test_no_page_lets_anything_of_it_through_as_markup(hall: Hall) -> None:
    wrong = []
    for rule, path in html_pages(hall, "supervisor").items():
        page = hall.as_("supervisor").get(path).text
        bad = ("<script>document", "<img src=x", "<svg/onload", f"<h1 class={MARK}", 'href="javascript:', "1337")
        wrong += [f"{rule}: {part}" for part in bad if part in page]
        wrong += [f"{rule}: {name} written into the page" for name in attributes(page) if forbidden(name)]
    assert wrong == []


@pytest.mark.browser
def test_in_a_browser_nothing_of_it_comes_alive(hall: Hall) -> None:
    pages = html_pages(hall, "supervisor")
    wrong: list[str] = []
    with browsing(hall.as_("supervisor")) as (page, url, complaints):
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda r: wrong.append(r.url) if not r.url.startswith((url, "data:", "blob:")) else None
        )
        page.goto(f"{url}/login")
        page.fill("#username", "supervisor")
        page.fill("#password", PASSWORD)
        page.click("form.door button")
        for rule, path in pages.items():
            page.goto(f"{url}{path}")
            page.wait_for_timeout(50)
            found = page.evaluate(
                f"document.body.id === '{MARK}' || document.querySelectorAll('.{MARK}').length > 0"
            )
            if found:
                wrong.append(f"{rule}: an element of theirs")
            if whole(hall, "supervisor", path):  # a part alone names no icon, and the browser asks for one
                wrong += [f"{rule}: {said}" for said in complaints]
            complaints.clear()
    assert wrong == []


@pytest.mark.parametrize("climb", CLIMBS)
def test_an_address_that_names_no_record_is_not_found(hall: Hall, climb: str) -> None:
    wrong = []
    for rule, method, _roles in routes(hall.app):
        if not rule.arguments or "path:" in rule.rule:
            continue
        path = re.sub(r"<[^>]+>", lambda _: climb, rule.rule)
        client = hall.as_("administrator")
        form = (
            {**FORMS.get(rule.rule, {}), "csrf_token": token_of(client, known=True)} if method != "GET" else None
        )
        code = client.open(path, method=method, data=None if method == "GET" else form).status_code
        if code >= 500 or code in (200, 201):
            wrong.append(f"{method} {path[:80]}: {code}")
    assert wrong == []


@pytest.mark.parametrize("token", [None, "", "made-up", "x" * 500])
def test_every_form_without_the_pages_own_token_is_refused(hall: Hall, token: str | None) -> None:
    wrong = []
    for rule, method, roles in routes(hall.app):
        if method == "GET":
            continue
        who = next((who for who, (role, *_) in PEOPLE.items() if role in roles), "")
        client = hall.as_(who) if who else hall.app.test_client()
        path = next(iter(addresses(hall.app, rule).values()))
        form = {**FORMS.get(rule.rule, {})} | ({} if token is None else {"csrf_token": token})
        answer = client.open(path, method=method, data=form)
        if answer.status_code != 400:
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


def test_a_form_with_another_sessions_token_is_refused(hall: Hall) -> None:
    other = token_of(hall.as_("auditor"), known=True)
    answer = hall.as_("window").post("/unmask", data={"csrf_token": other, "kind": "case", "id": "118822"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nothing_sends_anybody_elsewhere(hall: Hall, back: str) -> None:
    wrong = []
    names = ("back", "next", "url", "to", "return", "referrer")
    for rule, method, _roles in routes(hall.app):
        if rule.rule in ("/logout", "/login", "/login/code"):
            continue
        client = hall.as_("supervisor")
        for path in addresses(hall.app, rule).values():
            if method == "GET":
                answer = client.get(
                    path.partition("?")[0], query_string=dict.fromkeys(names, back), headers={"Referer": back}
                )
            else:
                form = {**FORMS.get(rule.rule, {}), **dict.fromkeys(names, back)}
                form |= {"csrf_token": token_of(client, known=True)}
                answer = client.open(path, method=method, data=form, headers={"Referer": back})
            if answer.location and not re.fullmatch(r"/(?![/\\]).*", answer.location):
                wrong.append(f"{method} {path}: {answer.location}")
            answer.close()
    assert wrong == []


def test_every_answer_carries_what_keeps_others_out(hall: Hall) -> None:
    wrong = []
    for rule, path in {**html_pages(hall, "administrator"), "none": "/nothing-here", "door": "/login"}.items():
        headers = hall.as_("administrator").get(path).headers
        policy = headers.get("Content-Security-Policy", "")
        framed = f"frame-ancestors '{'self' if rule in FRAMED else 'none'}'"
        if rule != "none" and (framed not in policy or "unsafe" in policy):
            wrong.append(f"{rule}: {policy}")
        if rule != "none" and headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append(f"{rule}: sniffed")
        if rule != "none" and headers.get("Cache-Control") != "no-store":
            wrong.append(f"{rule}: kept by the browser")
    assert wrong == []


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(hall: Hall) -> None:
    fresh = hall.app.test_client()
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(fresh)}
    said = fresh.post("/login", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Strict" in said
    kept = parse_cookie(said.partition(";")[0])["hotline"]
    assert "window" not in kept


def test_a_body_without_end_is_not_read(hall: Hall) -> None:
    client = hall.as_("supervisor")
    form = {"csrf_token": token_of(client, known=True), "kind": "x" * 2_000_000}
    assert client.post("/unmask", data=form).status_code == 413
    told = {"CONTENT_LENGTH": "40000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert client.post("/unmask", environ_overrides=told).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(200_000))
    code = client.post("/unmask", data=many, content_type="application/x-www-form-urlencoded").status_code
    assert code in (400, 413)


def test_a_method_a_page_does_not_know_is_refused(hall: Hall) -> None:
    wrong = []
    by_path: dict[str, set[str]] = {}
    for rule, method, _roles in routes(hall.app):
        by_path.setdefault(rule.rule, set()).add(method)
    for rule, _method, roles in routes(hall.app):
        if roles == PUBLIC:
            continue
        path = addresses(hall.app, rule)["own"]
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
            if method in by_path[rule.rule]:
                continue
            headers = {"X-HTTP-Method-Override": method}
            if (code := hall.as_("supervisor").open(path, method=method, headers=headers).status_code) != 405:
                wrong.append(f"{method} {path}: {code}")
    assert wrong == []


def test_what_is_searched_for_and_typed_comes_back_as_words(hall: Hall) -> None:
    wrong = []
    for rule, path in html_pages(hall, "administrator").items():
        for payload in PAYLOADS:
            names = ("q", "who", "what", "kind", "page", "before", "sort", "state", "from", "until", "day", "week")
            answer = hall.as_("administrator").get(
                path.partition("?")[0], query_string=dict.fromkeys(names, payload)
            )
            if answer.status_code >= 500 or "<script>document" in answer.text or "<img src=x" in answer.text:
                wrong.append(f"{rule} {payload}: {answer.status_code}")
    assert wrong == []
