"""A campaign: drawn once and provable, paused and stopped at once, told apart how each attempt ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import cli
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules, ContactRules
from hotline.domain.errors import Refused
from hotline.domain.grievances import Told
from hotline.domain.surveys import campaign, hours
from hotline.domain.surveys.campaign import SurveyRules
from hotline.domain.surveys.dispositions import Disposition
from hotline.store import survey_talk
from hotline.store.survey_draw import Wish, faults_of, keep_draw, try_draw
from hotline.store.survey_steps import AT_A_TIME, Work, hold
from hotline.store.tables import CaseEventRow, GrievanceRow, SurveyFrameRow, SurveyPersonRow
from hotline.store.unit_of_work import Store
from tasks.surveys import draw_week, go_on
from tests.surveys.hall import CALLING, MONDAY, RULES, WEEK, Hall, Ledger, appointment, draw, number_of, serve
from tests.surveys.test_script import GOOD
from tests.town import TOWN


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path, residents=3)
    yield hall
    hall.store.close()


def test_a_draw_is_kept_with_its_frame_and_comes_out_the_same_again(store: Store) -> None:
    serve(store, 60)
    with store.open() as office:
        office.contact_wishes.opt_out(number_of(3), "sms", MONDAY)
        office.contact_wishes.opt_out(number_of(4), "deceased", MONDAY)
        again = appointment(5, "C09", date(2026, 11, 19))
        again.code = "200005"  # the same telephone was served twice
        office.session.add(again)
        office.commit()
    made = draw(store, MONDAY, size=20)
    with store.open() as office:
        row = office.surveys.of_week(WEEK)
        assert row is not None
        out = {one.number: one.out for one in office.surveys.frame(row.id) if one.out}
        assert out.pop(number_of(5)) == "same_phone"
        people = office.surveys.people(row.id)
        assert out == {number_of(3): "opted_out", number_of(4): "deceased"}
        assert len(people) == 20
        assert sum(one.weight for one in people) == pytest.approx(59, rel=0.35)
        assert faults_of(office, row) == []
        assert made.digest == row.plan["digest"]


def test_a_record_that_was_tampered_with_is_found_out(store: Store) -> None:
    serve(store, 30)
    draw(store, MONDAY, size=10)
    with store.open() as office:
        row = office.surveys.of_week(WEEK)
        assert row is not None
        person = office.surveys.people(row.id)[0]
        other = next(one for one in office.surveys.frame(row.id) if one.matter != person.matter)
        person.matter = other.matter
        office.session.flush()
        assert faults_of(office, row) == ["place 1"]
        office.session.query(SurveyFrameRow).filter_by(matter=other.matter).delete()
        assert "the digest of the whole" in faults_of(office, row)


def test_a_week_is_drawn_once(store: Store) -> None:
    serve(store, 5)
    draw(store, MONDAY)
    with store.open() as office, pytest.raises(Refused, match="drawn"):
        keep_draw(office, Wish(WEEK, "8", "chen"), MONDAY)


def test_nobody_is_drawn_again_within_eight_weeks(store: Store) -> None:
    serve(store, 8)
    draw(store, MONDAY)
    for weeks, expected in ((1, 0), (8, 0), (9, 8)):
        with store.open() as office:
            office.session.query(SurveyPersonRow).update({"drawn_at": MONDAY})
            monday = MONDAY + timedelta(weeks=weeks - 1)
            for n in range(8):
                row = appointment(n, "C01", monday.date())
                row.code = f"{200000 + n}"
                office.session.add(row)
            year, week, _ = monday.isocalendar()
            made = try_draw(office, Wish(f"{year}-W{week:02}", "7", "chen"))
        assert len(made.frame.candidates) == expected, weeks


def test_a_report_of_somebody_is_told_to_no_telephone(store: Store) -> None:
    with store.open() as office:
        for n, kind in enumerate(("report", "help")):
            told = Told("G1", "水管", "V01", "", "", "王桂花", number_of(n), "", "normal", kind=kind)
            case = office.grievances.add(told, code=f"30000{n}", sign_by=MONDAY, conversation="")
            row = office.session.get_one(GrievanceRow, case.id)
            row.status, row.confidential = "closed", kind == "report"
            office.session.add(closing(row.id))
        office.session.flush()
        made = try_draw(office, Wish(WEEK, "7", "chen"))
    assert {one.id: why for one, why, _ in made.why} == {"case:300000": "confidential", "case:300001": "drawn"}


def closing(case: int) -> CaseEventRow:
    at = MONDAY - timedelta(days=4)
    return CaseEventRow(
        case=case, place=9, move="close", came_from="called_back", went_to="closed", actor="hotline",
        role="machine", reason="", facts={}, at=at,
    )  # fmt: skip


def test_the_wanted_interval_says_how_many_are_drawn(store: Store) -> None:
    serve(store, 400)
    with store.open() as office:
        sizes = [
            try_draw(office, Wish(WEEK, "7", "chen", rules=SurveyRules(half_width=width))).draw.size
            for width in (0.05, 0.1, 0.2)
        ]
    assert sizes == [148, 46, 35], "and never fewer than eight answers a clerk want"


def test_last_week_is_drawn_on_its_day_by_itself_and_once(store: Store) -> None:
    serve(store, 5)
    rules, contact = SurveyRules(), ContactRules()
    tuesday, night = MONDAY + timedelta(days=1), MONDAY.replace(hour=3)
    assert draw_week(store, rules, contact, lambda: tuesday) is None
    assert draw_week(store, rules, contact, lambda: night) is None
    survey = draw_week(store, rules, contact, lambda: MONDAY)
    assert survey is not None
    assert draw_week(store, rules, contact, lambda: MONDAY) is None
    with store.open() as office:
        assert office.surveys.all()[0].week == WEEK


@pytest.mark.parametrize(
    ("status", "by", "code"),
    [
        ("busy", "", Disposition.BUSY),
        ("no-answer", "", Disposition.NO_ANSWER),
        ("failed", "", Disposition.FAILED),
        ("completed", "machine_start", Disposition.MACHINE),
    ],
)
def test_attempts_that_reach_nobody_are_told_apart(hall: Hall, status: str, by: str, code: str) -> None:
    call = hall.until_rung()
    if by:
        hall.outgoing.picked_up(f"call-{call.id}", call.sid, (call.number, by))
    hall.ends(call, status, by)
    person = next(one for one in (hall.person(n) for n in range(3)) if one.call == call.id)
    assert (person.disposition, person.state) == (code, "waiting")


def test_three_attempts_are_on_three_days_in_three_slots(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    rung = []
    for _ in range(3):
        call = hall.until_rung()
        assert call.asked_at is not None
        rung.append(call.asked_at)
        hall.ends(call, "no-answer")
    assert len({at.astimezone(TOWN_TIME).date() for at in rung}) == 3
    assert len({hours.slot_of(at, CALLING) for at in rung}) == 3
    number = hall.person().number
    with hall.store.open() as office:
        assert sum(tried for tried, _ in office.surveys.hours_of([number])[number].values()) == 3
    hall.store.close()


def test_paused_nothing_leaves_and_resumed_it_goes_on(hall: Hall) -> None:
    hall.later(hours=10)  # evening: nothing may ring now
    hall.step()
    _move(hall, "pause")
    for _ in range(200):
        hall.later(minutes=30)
        assert hall.step().calls == []
    _move(hall, "resume")
    assert hall.until_rung()


def test_a_step_leaves_the_rest_to_the_next_and_a_run_takes_all(tmp_path: Path) -> None:
    hall = Hall(tmp_path, residents=AT_A_TIME + 70, rules=replace(RULES, calls_at_once=0))
    first, before = hall.step(), hall.watch.now
    assert (first.moved, first.is_full) == (AT_A_TIME, True)
    work = Work(hall.rules, CALLING, lambda _person: "")
    assert go_on(hall.store, work, clock=lambda: before, breath=0) == 70
    with hall.store.open() as office:
        assert not [one for one in office.surveys.people(hall.survey) if one.due_at is None]
    assert not hall.step().moved
    hall.store.close()


def test_what_had_not_left_when_it_was_stopped_is_taken_back(hall: Hall) -> None:
    calls: list[int] = []
    while not calls:
        calls = hall.step().calls
        hall.later(minutes=20)
    _move(hall, "stop")
    assert {hall.call(call).state for call in calls} == {"withdrawn"}
    people = [hall.person(n) for n in range(3)]
    assert {(one.state, one.disposition) for one in people} == {("done", Disposition.NOT_TRIED)}
    with pytest.raises(Refused, match="survey_state"):
        _move(hall, "resume")


def test_answers_reach_the_ledger_once_when_it_is_over(tmp_path: Path) -> None:
    hall, ledger = Hall(tmp_path), Ledger()
    hall.picks_up(hall.until_rung()).say(*GOOD[:5], "窗口太少")
    with hall.store.open() as office:
        office.ledger = ledger  # type: ignore[attr-defined]
        survey_talk.hand_over(office, office.surveys.people(hall.survey)[0], hall.watch.now)
    heard = ledger.rows[f"survey:{hall.person().id}"]
    assert (heard.remark, heard.solved, heard.ratings["attitude"]) == ("窗口太少", True, 5)
    assert hall.person().handed_at is not None
    hall.store.close()


def test_an_hour_that_is_answered_is_tried_more_and_the_guess_is_where_nothing_is_known() -> None:
    rules = CallingRules()
    good = hours.Known(everybody={"0930": (200, 190), "1830": (200, 10)})
    tried = [
        hours.slot_of(hours.next_slot(MONDAY.replace(hour=8), good, rules, str(n)), rules) for n in range(200)
    ]
    assert tried.count("0930") > 150
    assert hours.chance("1830", hours.Known()) > hours.chance("1500", hours.Known())
    own = hours.Known(own={"0930": (5, 0)}, everybody={"0930": (100, 60)})
    assert hours.chance("0930", own) < hours.chance("0930", hours.Known(everybody={"0930": (100, 60)}))


def test_no_slot_lies_in_the_spring_festival() -> None:
    at = hours.next_slot(datetime(2027, 2, 5, 19, 50, tzinfo=TOWN_TIME), hours.Known(), CallingRules(), "1")
    assert at.date() > date(2027, 2, 12)


def test_moves_that_make_no_sense_are_refused() -> None:
    assert campaign.moved("running", "pause") == "paused"
    for state, move in (("stopped", "resume"), ("done", "pause"), ("running", "resume")):
        with pytest.raises(Refused, match="survey_state"):
            campaign.moved(state, move)


def test_the_commands_draw_explain_check_and_take_walk_ins_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    run = CliRunner().invoke
    csv = tmp_path / "walk-ins.csv"
    csv.write_text(
        "日期,电话,事项,地点,经办人\n2026-11-18,13800001234,1,window,\n2026-11-18,1380000,不存在,火星,\n", "utf8"
    )
    broken = run(cli, ["survey", "walk-ins", str(csv)])
    assert broken.exit_code == 1
    assert "walk-ins.csv, line 3, column service" in broken.output + (broken.stderr or "")
    csv.write_text("日期,电话,事项,地点,经办人\n" + "\n".join(_lines()), "utf8")
    assert json.loads(run(cli, ["survey", "walk-ins", str(csv), "--json", "--dry-run"]).output)["new"] == 20
    for known in (0, 20):
        assert json.loads(run(cli, ["survey", "walk-ins", str(csv), "--json"]).output)["known"] == known
    given = ["survey", "draw", "--week", WEEK, "--seed", "7", "--size", "5", "--json"]
    tried = json.loads(run(cli, [*given, "--explain", "--dry-run"]).output)
    assert sum(one["why"] == "drawn" for one in tried["everybody"]) == 5
    made = json.loads(run(cli, given).output)
    assert made["digest"] == tried["digest"]
    again = run(cli, given)
    assert (again.exit_code, WEEK in again.output + (again.stderr or "")) == (1, True)
    assert json.loads(run(cli, ["survey", "check", WEEK, "--json"]).output)["same"] is True
    assert "138****" in run(cli, ["survey", "people", WEEK, "--json"]).output
    assert run(cli, ["survey", "pause", WEEK]).exit_code == 0
    assert json.loads(run(cli, ["survey", "--json"]).output)[0]["state"] == "paused"
    assert run(cli, ["survey", "show", WEEK]).exit_code == 0
    for wrong in (["survey", "draw", "--week", "2026-99"], ["survey", "pause", "2026-W01"]):
        assert run(cli, wrong).exit_code == 1


def _lines() -> Iterator[str]:
    clerk = next(iter(TOWN.clerks), "")
    return (f"2026-11-18,138000012{n:02},1,window,{clerk}" for n in range(20))


def _move(hall: Hall, move: str) -> None:
    with hall.store.open() as office:
        row = office.surveys.locked(hall.survey)
        assert row is not None
        hold(office, row, move, hall.watch.now)
        office.commit()
