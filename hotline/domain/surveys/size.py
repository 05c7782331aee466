"""How many telephones a week's draw takes: enough for the town's figure, and enough to tell clerks apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from hotline.domain.intervals import answers_needed
from hotline.domain.surveys.campaign import SurveyRules


@dataclass(frozen=True)
class Size:
    """Telephones to be drawn, and what each of the two reasons asks for."""

    telephones: int
    for_interval: int
    """The wanted interval of the town's satisfaction."""
    for_clerks: int
    """As many answers about each clerk as find bad service within weeks; of a clerk with fewer, everybody."""
    clerks: int


def size_of(rules: SurveyRules, candidates: Mapping[str, int]) -> Size:
    """The larger of both, never more than there are. `candidates`: telephones that could be drawn, by clerk."""
    there_are = sum(candidates.values())
    interval = math.ceil(answers_needed(rules.half_width, there_are, rules.expected) / rules.response)
    of_clerks = {clerk: n for clerk, n in candidates.items() if clerk and n}
    wanted = rules.answers_a_clerk / rules.response
    clerks = math.ceil(sum(min(n, wanted) for n in of_clerks.values()))
    interval, clerks = min(there_are, interval), min(there_are, clerks)
    return Size(max(interval, clerks), interval, clerks, len(of_clerks))
