"""What whoever runs the hotline is told in plain lines, and never as a stack of frames."""

from __future__ import annotations


class Trouble(Exception):
    """Nothing can be done before somebody mends it; one line for each problem, each with what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)
