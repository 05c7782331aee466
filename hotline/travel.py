"""How long it is from village to village, from a table a town replaces with its own."""

from __future__ import annotations

from pathlib import Path

from hotline.domain.catalogue import rows
from hotline.domain.errors import Refused
from hotline.domain.visits import Travel
from hotline.town import DATA, BrokenList

TOWN_HALL = "town"


def read_travel(path: Path = DATA / "ways" / "travel.tsv") -> Travel:
    """The table; by default the demonstration town's. Raises BrokenList."""
    try:
        return parse_travel(path.read_text("utf8"))
    except Refused as wrong:
        raise BrokenList(f"{path.name}, line {wrong.facts.get('line', '?')}: not a way in minutes") from wrong
    except (OSError, ValueError) as wrong:
        raise BrokenList(f"{path.name}: {wrong}") from wrong


def parse_travel(text: str) -> Travel:
    """Columns from, to, minutes; Refused("bad_row") with its line."""
    legs: dict[tuple[str, str], int] = {}
    named: dict[str, int] = {}
    for line, row in rows(text, {"from", "to", "minutes"}):
        if not row["minutes"].isdecimal():
            raise Refused("bad_row", line=line)
        minutes = int(row["minutes"])
        if row["from"] == "*":
            named[row["to"]] = minutes
        else:
            one, other = (
                end.replace(TOWN_HALL, "") if end == TOWN_HALL else end for end in (row["from"], row["to"])
            )
            legs[one, other] = minutes
    return Travel(legs, named.get("usual", 30), named.get("within", 15))
