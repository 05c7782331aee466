"""The environment becomes one frozen object, or one line for each problem."""

from __future__ import annotations

import dataclasses
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline.config import DEMO_NUMBER, Settings, SettingsError

CARRIER = {
    "HOTLINE_CARRIER": "twilio",
    "HOTLINE_PUBLIC_URL": "https://hotline.example.org/",
    "HOTLINE_NUMBER": "+867378812345",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a-token-nobody-may-see",
}


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(env)
    return refused.value.problems


def test_an_empty_environment_gives_an_exchange_with_everything_in_the_home_folder(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HOME": str(tmp_path)})
    assert settings.data_dir == tmp_path / ".local/share/hotline"
    assert settings.database_url == f"sqlite:///{settings.data_dir}/hotline.sqlite"
    assert (settings.carrier, settings.redis_url, settings.asr, settings.number) == (
        "exchange",
        "embedded",
        "auto",
        DEMO_NUMBER,
    )


def test_the_xdg_folder_is_used_where_it_is_set(tmp_path: Path) -> None:
    settings = Settings.from_environment({"XDG_DATA_HOME": str(tmp_path)})
    assert settings.data_dir == tmp_path / "hotline"


def test_the_exchange_draws_an_account_once_and_keeps_it_for_its_own_eyes(tmp_path: Path) -> None:
    env = {"HOTLINE_DATA_DIR": str(tmp_path)}
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: Settings.from_environment(env), range(8)))
    assert len({(s.account_sid, s.auth_token) for s in drawn}) == 1
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_an_account_in_the_environment_is_taken_for_the_exchange_too(tmp_path: Path) -> None:
    env = {"HOTLINE_DATA_DIR": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    assert Settings.from_environment(env).auth_token == "t"
    assert list(tmp_path.iterdir()) == []


def test_half_an_account_is_refused(tmp_path: Path) -> None:
    env = {"HOTLINE_DATA_DIR": str(tmp_path), "TWILIO_AUTH_TOKEN": "t"}
    assert problems(env) == ["TWILIO_ACCOUNT_SID is not set: copy it from your carrier's console."]


def test_a_carrier_needs_an_address_a_number_and_an_account() -> None:
    lines = problems({"HOTLINE_CARRIER": "twilio"})
    assert [line.split()[0] for line in lines] == [
        "HOTLINE_PUBLIC_URL",
        "HOTLINE_NUMBER",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
    ]


def test_an_unknown_setting_is_refused_with_the_one_that_was_meant() -> None:
    assert problems({"HOTLINE_DATABASE": "x"}) == [
        "HOTLINE_DATABASE is not a setting: did you mean HOTLINE_DATABASE_URL?"
    ]
    assert problems({"HOTLINE_ZZZ": "x"}) == ["HOTLINE_ZZZ is not a setting: unset it."]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTLINE_DATABASE_URL", "mysql://localhost/x"),
        ("HOTLINE_DATABASE_URL", "not a url"),
        ("HOTLINE_DATABASE_URL", "sqlite://"),
        ("HOTLINE_REDIS_URL", "localhost:6379"),
        ("HOTLINE_PUBLIC_URL", "hotline.example.org"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org/?a=1"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org:port"),
        ("HOTLINE_PUBLIC_URL", "https://[::1"),
        ("HOTLINE_NUMBER", "call me"),
        ("HOTLINE_CARRIER", "pigeon"),
        ("HOTLINE_ASR", "whisper:large"),
        ("HOTLINE_ASR", "vosk:../../etc"),
        ("HOTLINE_DATA_DIR", "relative/folder"),
        ("TWILIO_API_BASE_URL", "ftp://example.org"),
        ("TWILIO_ACCOUNT_SID", "AC/../../x"),
    ],
)
def test_a_malformed_value_is_named_with_what_to_do(name: str, value: str) -> None:
    lines = problems({**CARRIER, name: value})
    assert len(lines) == 1
    assert lines[0].startswith(f"{name} cannot be used: ")


def test_every_problem_is_told_at_once() -> None:
    assert len(problems({"HOTLINE_ASR": "x", "HOTLINE_REDIS_URL": "x", "HOTLINE_WRONG": "x"})) == 3


def test_settings_cannot_be_changed_and_show_no_secret() -> None:
    settings = Settings.from_environment(CARRIER | {"HOTLINE_DATABASE_URL": "postgresql://u:hush@host/db"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.number = "1"  # type: ignore[misc]
    assert "a-token-nobody-may-see" not in repr(settings)
    assert "hush" not in repr(settings)


def test_a_port_fills_in_the_addresses_that_follow_from_it(tmp_path: Path) -> None:
    served = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).served_at(8123)
    assert (served.public_url, served.api_base_url) == ("http://127.0.0.1:8123", "http://127.0.0.1:8123/exchange")
    carrier = Settings.from_environment(CARRIER).served_at(8123)
    assert (carrier.public_url, carrier.api_base_url) == ("https://hotline.example.org", "")


def test_a_child_process_gets_the_same_settings(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).served_at(8123)
    assert Settings.from_environment(settings.as_environment()) == settings
    assert Settings.from_environment(Settings.from_environment(CARRIER).as_environment()).carrier == "twilio"


def test_a_temporary_name_is_never_left_behind(tmp_path: Path) -> None:
    Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exchange-account", "exchange-token"]
