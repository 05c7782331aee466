"""The monthly bulletin (通报): what was found, what was said, what became of it, how far it can be believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hotline.domain.ledger.proposals import Kind
from hotline.domain.surveys.figures import SMALLEST_CELL
from hotline.reports.charts import Bar, shares_chart, trend_chart
from hotline.reports.contents import Contents, Item
from hotline.reports.document import Block, Document, Grid, Heading, Paragraph, Picture
from hotline.reports.figures import counts_of, noted, table_of, trend_table
from hotline.reports.shares import gap, part, share
from hotline.reports.wording import counted, listed, named, said, written_date

MOST_LISTED = 30
_RATING = ("dimension", "satisfied", "note")


class Sections:
    """Numbers headings, tables and pictures in the order they are written."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._headings = self._grids = self._pictures = 0

    def heading(self, text: str) -> None:
        self._headings += 1
        self.blocks.append(Heading(f"{counted(self._headings)}、{text}"))

    def say(self, *texts: str) -> None:
        self.blocks += [Paragraph(text) for text in texts if text]

    def grid(self, caption: str, columns: Iterable[str], rows: Iterable[Sequence[str]], *widths: int) -> None:
        kept = tuple(tuple(row) for row in rows)
        if not kept:
            return
        self._grids += 1
        head = tuple(named("column", column) for column in columns)
        self.blocks.append(Grid(said("form", "grid", number=self._grids, caption=caption), head, kept, widths))

    def picture(self, caption: str, png: bytes, key: dict[str, str]) -> None:
        self._pictures += 1
        legend = "；".join(f"{letter}：{name}" for letter, name in key.items())
        told = said("form", "figure", number=self._pictures, caption=caption)
        self.blocks.append(Picture(f"{told}（{legend}）" if legend else told, png, caption))


def compose(contents: Contents) -> Document:
    """The whole paper."""
    out = Sections()
    out.say(_opening(contents))
    _contact(out, contents)
    _ratings(out, contents)
    _trend(out, contents)
    _praise(out, contents)
    _problems(out, contents)
    _suggestions(out, contents)
    _questions(out, contents)
    out.heading(said("bulletin", "h_caveat"))
    out.say(*(line.format(least=SMALLEST_CELL) for line in listed("bulletin", "caveats")))
    out.heading(said("bulletin", "h_next"))
    out.say(said("bulletin", "next"))
    title = said("bulletin", "title", period=contents.period.title)
    return paper(contents, title, "bulletin", out.blocks)


def paper(contents: Contents, title: str, mark: str, blocks: Sequence[Block]) -> Document:
    """What every paper of the office bears, with where its figures come from behind it."""
    issue = contents.issue
    day = written_date(issue.date)
    number = said("form", "number", mark=said("form", f"mark_{mark}"), year=issue.year, serial=issue.serial)
    return Document(
        head=said("form", "head"),
        number=number,
        title=title,
        to=said("form", "to"),
        blocks=blocks,
        signed=said("form", "office"),
        date=day,
        copy=said("form", "copy"),
        issued=said("form", "issued", office=said("form", "office"), date=day),
        appendix=sources(contents),
        draft="" if issue.confirmed_by else said("form", "draft"),
    )


def rows_named(items: Iterable[Item]) -> str:
    """〔台账3、7号〕; empty for none."""
    ids = "、".join(str(one.entry.id) for one in items)
    return said("form", "rows", ids=ids) if ids else ""


def surveys_named(contents: Contents) -> str:
    ids = "、".join(map(str, contents.summary.surveys))
    return said("form", "surveys", ids=ids) if ids else ""


def _opening(contents: Contents) -> str:
    period = contents.period
    first, last = written_date(period.first), written_date(period.last)
    return said("bulletin", "opening", first=first, last=last, drawn=len(contents.summary.people))


def _contact(out: Sections, contents: Contents) -> None:
    summary, counts = contents.summary, counts_of(contents.summary)
    out.heading(said("bulletin", "h_contact"))
    told = said(
        "bulletin",
        "contact",
        drawn=summary.rates.drawn,
        interviews=summary.rates.interviews,
        partials=summary.rates.partials,
        broken=summary.rates.broken_off,
        rr1=part(counts.complete, counts.eligible),
        coop1=part(counts.complete, counts.reached),
        source=surveys_named(contents),
    )
    apart = summary.medium_gap
    medium = said("bulletin", "medium", gap=gap(apart, summary.overall.n)) if apart else _few_media()
    out.say(told, medium)


def _few_media() -> str:
    return said("bulletin", "medium_none")


def _ratings(out: Sections, contents: Contents) -> None:
    summary, names = contents.summary, contents.names
    out.heading(said("bulletin", "h_rating"))
    told = {"note": noted(summary.overall), "source": surveys_named(contents)}
    out.say(said("bulletin", "overall", share=share(summary.overall), **told))
    if summary.solved.n:
        out.say(said("bulletin", "solved", share=share(summary.solved)))
    count, bad = contents.ratings
    if count:
        out.say(said("bulletin", "ratings", count=count, bad=bad))
    out.grid(said("bulletin", "by_dimension"), _RATING, table_of(summary, "dimension", names), 2, 5, 4)
    bars = [Bar(names.of("place", name), figure) for name, figure in summary.groups["place"].items()]
    chart = shares_chart(sorted(bars, key=lambda bar: bar.name), f"{named('column', 'satisfied')}（%）")
    if chart is not None:
        out.picture(said("bulletin", "by_place"), chart.png, chart.key)
    for by in ("place", "service"):
        columns = (by, "satisfied", "note")
        out.grid(said("bulletin", f"by_{by}"), columns, table_of(summary, by, names), 4, 5, 3)


def _trend(out: Sections, contents: Contents) -> None:
    trend = contents.summary.trend
    if len(trend) < 2:
        return
    out.heading(said("bulletin", "h_trend"))
    signals = "、".join(point.week for point in trend if point.signal == "below")
    calm = said("bulletin", "trend_calm")
    out.say(said("bulletin", "trend_signal", weeks=signals) if signals else calm)
    caption = said("bulletin", "trend", weeks=len(trend))
    chart = trend_chart(trend, f"{named('column', 'satisfied')}（%）")
    if chart is not None:
        out.picture(caption, chart.png, chart.key)
    out.grid(caption, ("week", "satisfied", "limits", "signal"), trend_table(contents.summary), 2, 5, 4, 3)


def _praise(out: Sections, contents: Contents) -> None:
    praise = contents.of(Kind.PRAISE)
    public = [one for one in praise if one.entry.state == "publicised"]
    out.heading(said("bulletin", "h_praise"))
    out.say(said("bulletin", "praise", count=len(praise), public=len(public), source=rows_named(praise)))
    listed_ = [(str(one.entry.id), _where(contents, one), one.words) for one in public[:MOST_LISTED]]
    out.grid(said("bulletin", "h_praise"), ("row", "where", "said"), listed_, 1, 3, 6)


def _problems(out: Sections, contents: Contents) -> None:
    every = contents.of(Kind.PROBLEM)
    secret = [one for one in every if one.entry.confidential]
    states = [one.entry.state for one in every]
    out.heading(said("bulletin", "h_problem"))
    told = said(
        "bulletin",
        "problem",
        count=len(every),
        closed=states.count("closed"),
        rectified=states.count("rectified"),
        open=sum(one.is_open for one in every),
        called=in_time(contents, every, "called_at", "call_by"),
        mended=in_time(contents, every, "mended_at", "due"),
        source=rows_named(every),
    )
    out.say(told)
    if secret:
        out.say(said("bulletin", "secret", count=len(secret), source=rows_named(secret)))
    plain = [one for one in every if not one.entry.confidential][:MOST_LISTED]
    rows = [
        (str(one.entry.id), _where(contents, one), one.words, _state(one), timed(contents, one), one.remedy)
        for one in plain
    ]
    out.grid(
        said("bulletin", "problems"), ("row", "where", "said", "state", "time", "remedy"), rows, 2, 4, 6, 3, 2, 5
    )


def in_time(contents: Contents, items: Sequence[Item], done: str, by: str) -> str:
    """How many of those whose clock has run out, or who were done, kept it."""
    due = [(getattr(one, done), getattr(one, by)) for one in items if getattr(one, by) is not None]
    judged = [(at, until) for at, until in due if at is not None or until < contents.now]
    return part(sum(at is not None and at <= until for at, until in judged), len(judged))


def timed(contents: Contents, one: Item) -> str:
    due = one.due or one.entry.due
    if one.mended_at is not None:
        return named("time", "in_time" if one.mended_at <= due else "late")
    return named("time", "running" if contents.now <= due else "overdue")


def _suggestions(out: Sections, contents: Contents) -> None:
    every = contents.of(Kind.SUGGESTION)
    adopted, declined = ([one for one in every if _became(one) == what] for what in ("adopted", "declined"))
    out.heading(said("bulletin", "h_suggestion"))
    left = len(every) - len(adopted) - len(declined)
    counts = {"count": len(every), "adopted": len(adopted), "declined": len(declined), "open": left}
    out.say(said("bulletin", "suggestion", **counts, source=rows_named(every)))
    rows = [(str(one.entry.id), one.words, named("state", _became(one)), one.reply) for one in every[:MOST_LISTED]]
    out.grid(said("bulletin", "suggestions"), ("row", "said", "state", "remedy"), rows, 1, 5, 2, 5)


def _became(one: Item) -> str:
    """A suggestion that was told is closed; what became of it is the move before."""
    return one.outcome or one.entry.state


def _questions(out: Sections, contents: Contents) -> None:
    raised = [contents.names.of("clerk", one.clerk) for one in contents.summary.questions if one.raised]
    out.heading(said("bulletin", "h_question"))
    told = said("bulletin", "question", names="、".join(raised)) if raised else said("bulletin", "question_none")
    out.say(told)


def sources(contents: Contents) -> tuple[Block, ...]:
    """Where every figure comes from."""
    return (
        Heading(said("bulletin", "appendix")),
        Grid("", _heads("figure", "source"), tuple(_sources(contents)), (3, 7)),
    )


def _heads(*names: str) -> tuple[str, ...]:
    return tuple(named("column", name) for name in names)


def _sources(contents: Contents) -> Iterator[tuple[str, str]]:
    people = contents.summary.answered
    by_survey: dict[int, list[str]] = {}
    for one in people:
        by_survey.setdefault(one.survey, []).append(str(one.id))
    for survey, ids in sorted(by_survey.items()):
        yield said("form", "surveys", ids=survey), "、".join(ids)
    for kind in Kind:
        yield named("kind", str(kind)), rows_named(contents.of(kind)) or said("form", "none")


def _where(contents: Contents, one: Item) -> str:
    return contents.names.place(one.entry.place)


def _state(one: Item) -> str:
    return named("state", one.entry.state)
