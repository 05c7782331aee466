"""Which passwords are let through: long ones that are not among the first that somebody would try."""

from __future__ import annotations

import re

from hotline.domain.errors import Refused

SHORTEST, LONGEST = 10, 1024
_COMMON = (
    "password", "passwd", "passw0rd", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t",
    "1qaz2wsx", "qazwsxedc", "letmein", "iloveyou", "welcome", "admin", "administrator", "root", "changeme",
    "default", "monkey", "dragon", "woaini", "woaini1314", "5201314", "mima", "nihao", "zhongguo", "china",
    "beijing", "abc", "abcd", "test", "guest", "user", "login", "hello", "secret", "master", "sunshine",
    "princess", "football", "hotline", "niutian", "rexian", "zhengwu", "12345", "public", "office",
    "townhall",
)  # fmt: skip
"""Words people begin with; what is left beside them must carry the password."""
_LOOKS_LIKE = str.maketrans("013457@$!", "oleastasi")
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LEFT_OVER = 6
"""Characters there must be beside a common word, one's own name or a run along the keyboard."""


def check_password(password: str, *own: str) -> None:
    """Refused: password_short, password_long, password_common (`own` are names that would be guessed first)."""
    if len(password) < SHORTEST:
        raise Refused("password_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_long", most=LONGEST)
    plain = password.lower()
    if len(set(plain)) < 4 or any(
        _left_over(text, own) < LEFT_OVER for text in (plain, plain.translate(_LOOKS_LIKE))
    ):
        raise Refused("password_common")


def _left_over(plain: str, own: tuple[str, ...]) -> int:
    """How many different characters are left without what everybody tries."""
    known = sorted({*_COMMON, *(name.lower() for name in own if len(name) > 1)}, key=len, reverse=True)
    for word in known:
        plain = plain.replace(word, "\0") if len(word) > 2 else plain
    plain = _without_runs(plain)
    plain = re.sub(r"(?:19|20)\d\d", "\0", plain)
    plain = re.sub(r"(.+?)\1+", r"\1", plain)
    return len(plain.replace("\0", ""))


def _without_runs(plain: str) -> str:
    """Without four and more that follow each other on the keyboard or in the alphabet, forwards or backwards."""
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for length in range(min(len(run), 20), 3, -1):
            for begin in range(len(run) - length + 1):
                plain = plain.replace(run[begin : begin + length], "\0")
    return plain
