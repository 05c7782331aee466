"""Every route as every role, and nobody, with records of one's own place, of another, and a secret one.

Generated from the app's own address map: a new page is in it by itself, or fails here by its address.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from hotline.console.area import PUBLIC
from hotline.domain.rights import ROLES
from tests.api.conftest import PEOPLE, RESIDENTS
from tests.console.hall import SECRET_NAME, SECRET_NUMBER, Hall, token_of, town_hall
from tests.console.matrix import ABSENT_AT_FIRST, FORMS, addresses, routes, sees, unknown


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with town_hall(tmp_path_factory.mktemp("matrix")) as hall:
        yield hall


def ask(hall: Hall, who: str, method: str, path: str, form: dict[str, str]) -> TestResponse:
    """What this person gets; a form carries its token."""
    client = hall.as_(who)
    if method == "GET":
        return client.get(path)
    token = token_of(client, known=bool(who))
    return client.open(path, method=method, data={**form, "csrf_token": token})


def test_every_parameter_of_every_address_has_samples(hall: Hall) -> None:
    assert unknown(hall.app) == [], "name the kinds of their parameters in tests/console/matrix.py:PARAMETERS"


def test_every_page_says_who_may_open_it(hall: Hall) -> None:
    silent = [rule.rule for rule, _, roles in routes(hall.app) if not roles <= {*ROLES, *PUBLIC} or not roles]
    assert silent == []


def test_nobody_gets_further_than_the_door(hall: Hall) -> None:
    wrong = []
    for rule, method, roles in routes(hall.app):
        for path in addresses(hall.app, rule).values():
            answer = hall.app.test_client().open(path, method=method)
            at_the_door = answer.status_code == 302 and answer.location == "/login"
            if roles != PUBLIC and not at_the_door:
                wrong.append(f"{method} {path}: {answer.status_code}")
            answer.close()
    assert wrong == []


@pytest.mark.parametrize("who", PEOPLE)
def test_a_role_opens_what_the_page_says_and_sees_its_own_place(hall: Hall, who: str) -> None:
    role = PEOPLE[who][0]
    wrong = []
    for rule, method, roles in routes(hall.app):
        if roles == PUBLIC or rule.rule == "/logout":
            continue
        form = dict(FORMS.get(rule.rule, {}))
        for which, path in addresses(hall.app, rule).items():
            answer = ask(hall, who, method, path, form)
            expected = sees(who, rule.rule, which)
            if why := finding(answer, method, allowed=role in roles, expected=expected, rule=rule.rule):
                wrong.append(f"{who} {method} {path} ({which}): {answer.status_code}, {why}")
            wrong += [f"{who} {method} {path}: shows {told}" for told in tells(answer, role)]
            answer.close()
    assert wrong == [], "\n".join(wrong)


def finding(answer: TestResponse, method: str, *, allowed: bool, expected: bool | None, rule: str) -> str:
    """What is wrong with an answer; empty if nothing."""
    code = answer.status_code
    if code >= 500:
        return "an error"
    if not allowed:
        return "" if code == 403 else "its role may not"
    if code == 403:
        return "its role may"
    if expected is False:
        refused = {404} if method == "GET" else {400, 404, 409}
        return "" if code in refused else "belongs to others"
    if expected and method == "GET" and code not in (200, 204, 302):
        return "" if code == 404 and rule in ABSENT_AT_FIRST else "should be shown"
    return ""


def tells(answer: TestResponse, role: str) -> list[str]:
    """Names and numbers a page shows in full though nobody gave a reason, and whatever is secret."""
    if answer.mimetype != "text/html" or answer.content_length is None:
        return []
    text = html.unescape(answer.text)
    hidden = [part for number, name, *_ in RESIDENTS for part in (number, name)]
    hidden += [SECRET_NAME, SECRET_NUMBER]
    if role != "supervisor":
        hidden += [f"{SECRET_NUMBER[:3]}****{SECRET_NUMBER[-4:]}", "会计收了钱"]
    return [part for part in hidden if part in text]
