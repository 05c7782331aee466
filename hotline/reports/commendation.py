"""The quarterly commendation (表彰): who stands out by more than chance is proposed; a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.ledger.proposals import Kind
from hotline.domain.surveys.comparing import LEAST_COMPARED
from hotline.reports.bulletin import Sections, paper, rows_named
from hotline.reports.charts import Bar, shares_chart
from hotline.reports.contents import Candidate, Comparison, Contents
from hotline.reports.document import Document
from hotline.reports.shares import share
from hotline.reports.wording import listed, named, said, written_date


def compose(contents: Contents, comparison: Comparison, chosen: Sequence[str]) -> Document:
    """The paper: a proposal until somebody has signed it, then the decision."""
    out = Sections()
    period, signed = contents.period, bool(contents.issue.confirmed_by)
    out.say(said("commendation", "opening", first=written_date(period.first), last=written_date(period.last)))
    if signed:
        out.heading(said("commendation", "h_chosen"))
        out.say(said("commendation", "chosen", names=_names(contents, chosen)))
    out.heading(said("commendation", "h_proposed"))
    out.say(_proposed(contents, comparison))
    _table(out, contents, comparison)
    _praise(out, contents)
    out.heading(said("commendation", "h_caveat"))
    out.say(*(line.format(least=LEAST_COMPARED) for line in listed("commendation", "caveats")))
    title = said("commendation", "title_confirmed" if signed else "title", period=period.title)
    return paper(contents, title, "commendation", out.blocks)


def _names(contents: Contents, clerks: Sequence[str]) -> str:
    return "、".join(contents.names.of("clerk", clerk) for clerk in clerks) or said("form", "none")


def _proposed(contents: Contents, comparison: Comparison) -> str:
    average = share(comparison.average)
    if not comparison.proposed:
        return said("commendation", "proposed_none", average=average)
    return said("commendation", "proposed", average=average, names=_names(contents, comparison.proposed))


def _table(out: Sections, contents: Contents, comparison: Comparison) -> None:
    compared = sum(one.finding != "few" for one in comparison.candidates)
    out.heading(said("commendation", "h_table"))
    out.say(said("commendation", "method", count=compared))
    ordered = sorted(comparison.candidates, key=lambda one: contents.names.of("clerk", one.clerk))
    bars = [Bar(contents.names.of("clerk", one.clerk), one.figure) for one in ordered if one.finding != "few"]
    chart = shares_chart(bars, f"{named('column', 'rating')}（%）")
    if chart is not None:
        out.picture(said("commendation", "table"), chart.png, chart.key)
    rows = [_row(contents, comparison, one) for one in ordered]
    out.grid(said("commendation", "table"), ("clerk", "rating", "praise", "finding"), rows, 2, 5, 3, 3)


def _row(contents: Contents, comparison: Comparison, one: Candidate) -> tuple[str, ...]:
    finding = said("commendation", one.finding)
    if one.has_open_problem:
        finding = f"{finding}，{said('commendation', 'problem_open')}"
    figure = share(one.figure, comparison.level) if one.finding != "few" else said("share", "few", n=one.figure.n)
    praise = "、".join(map(str, one.praise)) or said("form", "none")
    return contents.names.of("clerk", one.clerk), figure, praise, finding


def _praise(out: Sections, contents: Contents) -> None:
    public = [one for one in contents.of(Kind.PRAISE) if one.entry.state == "publicised"]
    if not public:
        return
    out.heading(said("commendation", "h_praise"))
    out.say(
        *(f"{contents.names.of('clerk', one.entry.clerk)}：{one.words}{rows_named([one])}" for one in public[:10])
    )
