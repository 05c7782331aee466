"""Who picks up a call of ours hears who we are, then why; a machine nothing private; a no is a no at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules, CallOrder
from hotline.store import ringing
from hotline.store.departure import about_appointment
from hotline.store.tables import AppointmentRow, CallOutRow
from ivr.carriers.signature import Signatures
from ivr.contact import Contact, Evidence
from ivr.outgoing import Outgoing
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_text
from ivr.webhooks import Webhooks
from tests.town import Office

TOKEN, URL, NUMBER = "token", "http://hotline.test", "13800001234"
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=TOWN_TIME)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.store.close()


@pytest.fixture
def web(office: Office) -> FlaskClient:
    app = Flask("test")
    hooks = Webhooks(
        office.front,
        Signatures(URL, (TOKEN,)),
        "wss://x",
        lambda *_: None,
        Outgoing(office.front, CallingRules()),
    )
    app.register_blueprint(hooks.blueprint())
    return app.test_client()


def post(web: FlaskClient, path: str, **form: str) -> str:
    signature = RequestValidator(TOKEN).compute_signature(URL + path, form)
    answer = web.post(path, data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code in (200, 204), answer.status_code
    return answer.get_data(as_text=True)


def booked(office: Office) -> str:
    row = AppointmentRow(
        code="307294", service="12", place="window", desk="window", starts_at=SATURDAY, held_seat=0, name="王桂花",
        village="V01", number=NUMBER, conversation="c", status="booked", created_at=office.watch.now,
        first_cell=0, end_cell=2,
    )  # fmt: skip
    with office.store.open() as records:
        records.session.add(row)
        records.commit()
    return about_appointment("307294", SATURDAY)


def placed(office: Office, script: str, *, sid: str = "CA1", **more: object) -> int:
    """A call of ours that the carrier has."""
    order = CallOrder(f"r:{script}", NUMBER, "reminder" if script == "remind" else "step", script, **more)  # type: ignore[arg-type]
    with office.store.open() as records:
        call = records.calls_out.put(order, office.watch.now)
        assert call is not None
        rules = CallingRules()
        assert isinstance(ringing.take_leave(records, call, rules, office.watch.now), ringing.Leave)
        ringing.report(records, call, ringing.Told(sid, "ringing"), (rules, office.watch.now))
        records.commit()
    return call


def row(office: Office, call: int) -> CallOutRow:
    with office.store.open() as records:
        return records.session.get_one(CallOutRow, call)


def pick_up(web: FlaskClient, call: int, **form: str) -> str:
    given = {"CallSid": "CA1", "To": "+8613800001234", "From": "+867378812345", "Direction": "outbound-api"}
    return post(web, f"/voice/outgoing/call-{call}", **{**given, "AnsweredBy": "human", **form})


def talk(office: Office, *answers: str) -> list[str]:
    """What is said on the call that was picked up, to each of these answers."""
    contact = Contact(NUMBER, "voice", "CA1")
    served = office.desk.answer(contact)
    said = []
    for answer in answers:
        served = office.desk.hear(
            served.conversation,
            contact,
            served.turn.number,
            sense=lambda turn, setting, text=answer: (
                understand_text(turn.ask, text, setting)  # type: ignore[misc]
                if turn.ask
                else Understood()
            ),
            evidence=Evidence(heard=answer),
        )
        said.append("".join(sentence.text for sentence in spoken(served.turn, "voice")))
    return said


def test_a_reminder_says_who_when_where_and_what_to_bring(office: Office, web: FlaskClient) -> None:
    call = placed(office, "remind", about=booked(office))
    said = pick_up(web, call)
    first = said.index("您好，这里是牛田镇政务热线")
    assert first < said.index("十一月二十八号礼拜六上午九点") < said.index("带上")
    assert "来请按1" in said
    assert (row(office, call).state, row(office, call).answered_by) == ("answered", "human")


def test_coming_is_noted_with_a_word(office: Office, web: FlaskClient) -> None:
    pick_up(web, placed(office, "remind", about=booked(office)))
    assert "到时候等您" in talk(office, "我会来的")[0]


def test_not_coming_gives_the_place_back_and_takes_reminders_back(office: Office, web: FlaskClient) -> None:
    about = booked(office)
    with office.store.open() as records:
        waiting = records.messages.put("remind:hours:x", NUMBER, "x", kind="reminder", about=about)
        records.commit()
    pick_up(web, placed(office, "remind", about=about))
    assert "位子留给别人" in talk(office, "不来了")[0]
    with office.store.open() as records:
        kept = records.session.query(AppointmentRow).one()
        assert (kept.status, kept.held_seat) == ("cancelled", None)
        message = records.messages.locked(waiting or 0)
        assert message is not None
        assert message.state == "withdrawn"


def test_another_time_is_found_before_the_old_place_is_given_back(office: Office, web: FlaskClient) -> None:
    pick_up(web, placed(office, "remind", about=booked(office)))
    asked, read_back, done = talk(office, "改时间", "礼拜天上午十点", "对")
    assert "什么时候方便" in asked
    assert "礼拜天上午十点" in read_back
    assert "约好了" in done
    with office.store.open() as records:
        rows = [(a.starts_at.astimezone(TOWN_TIME).day, a.status) for a in records.appointments.all()]
    assert rows == [(28, "cancelled"), (29, "booked")]


def test_a_reminder_of_what_is_no_longer_so_excuses_itself(office: Office, web: FlaskClient) -> None:
    call = placed(office, "remind", about=booked(office))
    with office.store.open() as records:
        records.session.query(AppointmentRow).one().status = "cancelled"
        records.commit()
    assert "打扰您了" in pick_up(web, call)


@pytest.mark.parametrize("no", ["别再打了", "莫再打了", "你们以后别再打电话来了"])
@pytest.mark.parametrize("script", ["remind", "moved", "missed", "read"])
def test_no_more_calls_is_an_opt_out_at_once_in_every_script(
    office: Office, web: FlaskClient, script: str, no: str
) -> None:
    given = {"text": "您约好了", "topic": "自来水", "status": "已经派人", "code": "307294"}
    pick_up(web, placed(office, script, about=booked(office), given=given))
    assert "以后不再打给您" in talk(office, no)[0]
    with office.store.open() as records:
        assert records.contact_wishes.opted_out(NUMBER)


def test_a_case_that_moved_is_told_and_a_confidential_one_only_hinted_at(office: Office, web: FlaskClient) -> None:
    said = pick_up(web, placed(office, "moved", given={"topic": "自来水", "status": "已经派人", "code": "307294"}))
    assert "自来水的事，现在已经派人" in said


def test_of_a_confidential_case_nothing_is_told(office: Office, web: FlaskClient) -> None:
    assert "您的事有进展了" in pick_up(web, placed(office, "moved", given={"code": "307294"}))


def test_a_message_is_read_as_often_as_wanted(office: Office, web: FlaskClient) -> None:
    pick_up(web, placed(office, "read", given={"text": "您约好了礼拜六上午九点。"}))
    again, once_more, enough = talk(office, "再听一遍", "再听", "好了")
    assert again.count("礼拜六上午九点") == once_more.count("礼拜六上午九点") == 1
    assert "再见" in enough


def test_a_missed_caller_is_served_as_if_they_had_got_through(office: Office, web: FlaskClient) -> None:
    said = pick_up(web, placed(office, "missed"))
    assert "您刚才打过电话，没接通" in said
    assert "老年人优待证" in talk(office, "我要办老年证")[0]


def test_a_machine_is_told_to_ring_back_once_and_nothing_private(office: Office, web: FlaskClient) -> None:
    call = placed(office, "remind", about=booked(office))
    said = pick_up(web, call, AnsweredBy="machine_end_beep")
    assert said == pick_up(web, call, AnsweredBy="machine_end_beep"), "the same webhook twice"
    assert "方便的时候，请您打回来" in said
    for private in ("礼拜六", "老年", "王桂花", "307294"):
        assert private not in said
    post(
        web,
        f"/voice/status?reason=call-{call}",
        CallSid="CA1",
        CallStatus="completed",
        AnsweredBy="machine_end_beep",
    )
    assert row(office, call).disposition == "machine"
    office.watch.now += timedelta(days=1)
    with office.store.open() as records:
        again = records.session.query(CallOutRow).filter_by(attempt=2).one().id
        records.session.get_one(CallOutRow, again).due_at = office.watch.now
        ringing.take_leave(records, again, CallingRules(), office.watch.now)
        records.commit()
    second = pick_up(web, again, CallSid="CA2", AnsweredBy="machine_end_beep")
    assert ("Say" in second, "Hangup" in second) == (False, True)


def test_the_conversation_goes_on_with_whom_we_rang(office: Office, web: FlaskClient) -> None:
    pick_up(web, placed(office, "remind", about=booked(office)))
    form = {"CallSid": "CA1", "From": "+867378812345", "To": "+8613800001234", "Direction": "outbound-api"}
    assert "到时候等您" in post(web, "/voice/turn?turn=0&key=coming", **form, Digits="1")


def test_an_errand_broken_off_before_is_not_blurted_out_to_who_picks_up(office: Office, web: FlaskClient) -> None:
    office.front.text("SM1", NUMBER, "我要办残疾证")
    said = pick_up(web, placed(office, "remind", about=booked(office)))
    assert "接着办吗" not in said
    assert "这里是牛田镇政务热线" in said


def test_status_callbacks_settle_the_attempt_and_plan_the_next(office: Office, web: FlaskClient) -> None:
    call = placed(office, "moved")
    for status in ("initiated", "ringing", "no-answer", "no-answer", "ringing"):
        post(web, f"/voice/status?reason=call-{call}", CallSid="CA1", CallStatus=status)
    assert row(office, call).disposition == "no_answer"
    assert row(office, call + 1).attempt == 2


@pytest.mark.parametrize(
    "reason", ["call-999", "call-1", "call-", "call-²", "call-0x1", "x", "call-99999999999999999999", "'--"]
)
def test_strange_calls_hear_an_apology_and_change_nothing(office: Office, web: FlaskClient, reason: str) -> None:
    call = placed(office, "remind", about=booked(office))
    wrong = {"CallSid": "CAother", "To": "+8613900009999", "Direction": "outbound-api", "AnsweredBy": "x" * 9999}
    assert "打扰您了" in post(web, f"/voice/outgoing/{reason}", **wrong)
    post(web, f"/voice/status?reason={reason}", CallSid="CAother", CallStatus="completed", CallDuration="-1")
    post(web, f"/voice/status?reason={reason}", CallSid="C" * 5000, CallStatus="busy")
    assert (row(office, call).state, row(office, call).sid) == ("placed", "CA1")


def test_what_the_carrier_has_not_signed_is_refused(office: Office, web: FlaskClient) -> None:
    call = placed(office, "remind", about=booked(office))
    assert web.post(f"/voice/outgoing/call-{call}", data={"CallSid": "CA1"}).status_code == 403
    assert row(office, call).state == "placed"


def test_opting_out_and_in_by_text_is_answered_once_each(office: Office) -> None:
    answer = office.front.text("SM1", NUMBER, "ＴＤ")
    assert "已退订" in answer
    assert office.front.text("SM1", NUMBER, "ＴＤ") == answer, "the same text twice"
    assert office.front.text("SM2", NUMBER, "退订") == ""
    assert "已恢复" in office.front.text("SM3", NUMBER, "恢复")
    assert office.front.text("SM4", NUMBER, "恢复") == ""
    with office.store.open() as records:
        assert not records.contact_wishes.opted_out(NUMBER)
