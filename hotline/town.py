"""The town's own lists, read from files a town replaces with its own."""

from __future__ import annotations

from pathlib import Path

from hotline.domain.catalogue import Town, read_market, read_services, read_topics, read_villages

DATA = Path(__file__).parent / "data"


def read_town(folder: Path = DATA) -> Town:
    """The town's lists; the demonstration town where no other folder is given."""
    return Town(
        read_services((folder / "service-catalogue.tsv").read_text("utf8")),
        read_villages((folder / "villages.tsv").read_text("utf8")),
        read_topics((folder / "grievance-topics.tsv").read_text("utf8")),
        read_market((folder / "market-days.tsv").read_text("utf8")),
    )
