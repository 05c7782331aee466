"""A resident reads the hotline's words: every question its scripts ask, the codes it tells, when it is over."""

from __future__ import annotations

import pytest

from hotline.crash.reading import Reader, choices
from hotline.crash.scenes import cast, read_play
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import prompt_names, template, words
from tests.town import WEDNESDAY

PLAY = read_play()
READER = Reader(PLAY)


def test_questions_codes_and_ends_are_told_apart() -> None:
    booked = words(Prompt("book.done", {"code": "101294"})) + words(Prompt("errand.more"))
    assert (READER.question(booked), READER.codes(booked)) == ("more", {("appointments", "101294")})
    written = words(Prompt("sms.grievance", {"topic": "路灯", "code": "516082"}))
    assert (READER.question(written), READER.codes(written)) == ("", {("grievances", "516082")})
    assert READER.is_over(words(Prompt("goodbye")))
    assert READER.is_sorry(words(Prompt("apology.callback")))
    assert not READER.is_over(words(Prompt("errand")))


def test_the_last_question_of_a_text_is_the_one_to_answer() -> None:
    assert READER.question(words(Prompt("errand")) + words(Prompt("resume"))) == "resume"


def test_every_form_of_a_question_is_read_as_that_question() -> None:
    for meaning, prompts in PLAY.questions.items():
        for name in prompt_names():
            if any(name in (wanted, f"{wanted}.again", f"{wanted}.sms") for wanted in prompts):
                assert READER.question(_filled(name)) == meaning, name


def test_every_way_to_read_back_is_known_for_one() -> None:
    """A read-back that a resident does not know is answered all the same, by whoever wanted to hang up there."""
    read_back = [name for name in prompt_names() if name.startswith(("confirm.book", "confirm.grievance"))]
    assert {READER.question(_filled(name)) for name in read_back} == {"confirm"}


def _filled(name: str) -> str:
    at = "2026-11-28T09:00"
    told = dict.fromkeys(
        ("told", "others", "village", "name", "whom", "place", "service", "topic", "where"), "某某"
    )
    return words(Prompt(name, told | {"when": at, "times": [at], "wish": "2026-11-28", "code": "307294"}))


def test_every_prompt_the_play_names_is_in_the_file() -> None:
    known = set(prompt_names())
    for names in (*PLAY.questions.values(), *PLAY.telling.values(), PLAY.over, PLAY.sorry):
        assert set(names) <= known


def test_whoever_was_promised_a_call_is_done_whatever_day_it_is() -> None:
    promises = [name for name in prompt_names() if name.startswith("message.") and "再见" in template(name)]
    assert len(promises) == 4
    assert all(READER.is_over(template(name)) for name in promises)


def test_every_scene_has_words_for_every_question_it_may_meet() -> None:
    for part in cast(PLAY, 200, 1, WEDNESDAY):
        for question in PLAY.questions:
            answer = part.scene.answers.get(question, {})
            assert {"say", "press", "record"} & set(answer), (part.scene.title, question)
            assert "{" not in part.say(question, 0)


def test_parts_are_drawn_by_the_seed() -> None:
    assert cast(PLAY, 50, 1, WEDNESDAY) == cast(PLAY, 50, 1, WEDNESDAY)
    assert cast(PLAY, 50, 1, WEDNESDAY) != cast(PLAY, 50, 2, WEDNESDAY)
    assert {part.scene.title for part in cast(PLAY, 50, 1, WEDNESDAY)} == {scene.title for scene in PLAY.scenes}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (
            "是哪个村的？青山村请按1，竹林村请按2，听下面的请按9。",
            [("青山村", "1"), ("竹林村", "2"), ("听下面的", "9")],
        ),
        ("约好了。", []),
    ],
)
def test_a_menu_is_heard_as_labels_and_keys(text: str, offered: list[tuple[str, str]]) -> None:
    assert choices(text) == offered
