"""The town's own lists, read from files a town replaces with its own."""

from __future__ import annotations

from pathlib import Path

from hotline.domain.catalogue import Town, read_market, read_services, read_topics, read_villages
from hotline.domain.learnt import read_lessons, taught

DATA = Path(__file__).parent / "data"


def read_town(folder: Path = DATA, learnt: Path | None = None) -> Town:
    """The town's lists, with what was learnt; the demonstration town where no other folder is given."""
    town = Town(
        read_services((folder / "service-catalogue.tsv").read_text("utf8")),
        read_villages((folder / "villages.tsv").read_text("utf8")),
        read_topics((folder / "grievance-topics.tsv").read_text("utf8")),
        read_market((folder / "market-days.tsv").read_text("utf8")),
    )
    if learnt is None or not learnt.exists():
        return town
    return taught(town, read_lessons(learnt.read_text("utf8")))
