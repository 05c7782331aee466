"""Papers a mayor can sign: the form, no bare figure, no name, no script, every figure with where it comes from."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document as open_document
from docx.shared import Mm
from openpyxl import load_workbook

from hotline.domain.surveys.figures import Figure
from hotline.domain.surveys.summary import Point
from hotline.reports import board, bulletin, commendation, page, periods, sheets, word
from hotline.reports.charts import Bar, chinese_font, shares_chart, trend_chart
from hotline.reports.document import Document
from hotline.reports.figures import Names, lines_of, table_of, trend_table, view_of
from hotline.store.unit_of_work import Store
from tests.reports.month import FORMULA, contents_of
from tests.town import TOWN

NOVEMBER, AUTUMN = periods.month("2026-11"), periods.quarter("2026-Q4")
WHOLE = re.compile(
    r"\d+\.\d%（(?:\d+(?:\.\d+)?%区间\d+\.\d%～\d+\.\d%，n=\d+(?:/\d+)?）)|95%区间[+-]|管制界限\d+\.\d%～\d+\.\d%（n=\d+）|（%）"
)
"""How a share, a difference and the limits of chance may stand on a page."""


def bare(text: str) -> list[str]:
    """Percentages without an interval and a number."""
    rest = WHOLE.sub("", text)
    return [rest[max(0, m.start() - 20) : m.end()] for m in re.finditer("[%％]|百分之|成以上", rest)]


def monthly(store: Store, **more: str) -> Document:
    return bulletin.compose(contents_of(store, NOVEMBER, **more)[0])  # type: ignore[arg-type]


def quarterly(store: Store, chosen: tuple[str, ...] = (), **more: str) -> Document:
    contents, _ = contents_of(store, AUTUMN, **more)  # type: ignore[arg-type]
    return commendation.compose(contents, comparison_of(store), chosen)


def comparison_of(store: Store) -> commendation.Comparison:
    contents, reading = contents_of(store, AUTUMN)
    return reading.comparison(contents)


def the_board(store: Store) -> board.Board:
    contents, reading = contents_of(store, NOVEMBER)
    with store.open() as office:
        items = type(reading)(office, reading.town, reading.is_working_day, reading.now).board()
    return board.compose(items, Names(TOWN), reading.now, ("2026年11月", contents.summary.overall))


def words_of(raw: bytes) -> str:
    with ZipFile(io.BytesIO(raw)) as packed:
        return "".join(ElementTree.fromstring(packed.read("word/document.xml")).itertext())


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.seen and self.seen[-1][0] != "style":
            self.text.append(data)


def everything(store: Store) -> dict[str, str]:
    """All that is ever shown of figures, as text."""
    contents, _ = contents_of(store, NOVEMBER)
    names = Names(TOWN)
    groups = [
        table_of(contents.summary, by, names)
        for by in ("dimension", "place", "service", "clerk", "week", "medium")
    ]
    return {
        "bulletin.docx": words_of(word.write(monthly(store))),
        "bulletin.html": "".join(Tags(page.write(monthly(store))).text),
        "commendation.docx": words_of(word.write(quarterly(store))),
        "commendation.html": "".join(Tags(page.write(quarterly(store))).text),
        "board.html": "".join(Tags(board.page(the_board(store))).text),
        "board.atom": board.feed(the_board(store)).decode(),
        "terminal": "\n".join(
            [*lines_of(contents.summary, names), str(groups), str(trend_table(contents.summary))]
        ),
        "tables": str(sheets.tables(contents)),
    }


def test_no_percentage_stands_bare_anywhere(store: Store) -> None:
    shown = everything(store)
    assert {name: bare(text) for name, text in shown.items() if bare(text)} == {}
    assert all("%区间" in text for name, text in shown.items() if name != "board.atom")


@pytest.mark.parametrize("text", ["满意率99%", "99.0%（n=3）", "满意率百分之百", "87.1%（95%区间1.0%～2.0%）"])
def test_the_search_for_bare_percentages_finds_them(text: str) -> None:
    assert bare(text)


def test_no_name_and_no_number_of_a_resident_is_in_anything(store: Store) -> None:
    for name, text in everything(store).items():
        assert "王桂花" not in text, name
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), name


def test_a_complaint_about_somebody_is_counted_and_not_told(store: Store, rows: dict[str, int]) -> None:
    for name, text in everything(store).items():
        assert "发脾气" not in text, name
    assert f"〔台账{rows['secret']}号〕" in words_of(word.write(monthly(store)))


def test_the_board_has_only_what_was_made_public_or_closed(store: Store, rows: dict[str, int]) -> None:
    shown = the_board(store)
    assert {note.row for note in shown.praise} == {rows["public"]}
    assert {note.row for note in shown.criticism} == {rows["mended"], rows["adopted"], rows["declined"]}
    assert "刘芳" not in board.page(shown)


@pytest.mark.parametrize("made", [lambda s: page.write(monthly(s)), lambda s: board.page(the_board(s))])
def test_a_page_runs_nothing_and_loads_nothing(store: Store, made: object) -> None:
    text = made(store)  # type: ignore[operator]
    tags = Tags(text).seen
    assert "script" not in {tag for tag, _ in tags}
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "style"]
    sources = [attrs.get("src") or "" for _, attrs in tags if "src" in attrs]
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    policy = next(attrs["content"] or "" for tag, attrs in tags if attrs.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<b>每个</b>" not in text
    assert "&lt;b&gt;每个&lt;/b&gt;" in text


def test_the_feed_is_atom_with_the_newest_first(store: Store) -> None:
    root = ElementTree.fromstring(board.feed(the_board(store), "https://example.org/board.atom"))
    ns = {"a": board.ATOM}
    entries = root.findall("a:entry", ns)
    assert len(entries) == 4
    assert all(entry.find(f"a:{name}", ns) is not None for entry in entries for name in ("id", "title", "updated"))
    stamps = [entry.findtext("a:updated", "", ns) for entry in entries]
    assert stamps == sorted(stamps, reverse=True)
    assert len({entry.findtext("a:id", "", ns) for entry in entries}) == 4


def test_the_paper_has_the_form_of_the_standard(store: Store) -> None:
    opened = open_document(io.BytesIO(word.write(monthly(store, signed="周正平"))))
    section = opened.sections[0]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    assert [round(m / Mm(1)) for m in (section.top_margin, section.left_margin)] == [37, 28]
    texts = [p.text for p in opened.paragraphs if p.text]
    assert texts[0] == "牛田镇党群和政务服务中心文件"
    assert texts[1] == "牛政务通〔2026〕1号"
    assert texts[2] == "关于2026年11月\n政务服务电话回访情况的通报"
    headings = [text[0] for text in texts if re.match("[一二三四五六七八九]、", text)]
    assert headings == list("一二三四五六七八九")[: len(headings)]
    assert len(headings) >= 8
    assert "2026年12月2日" in texts
    faces = set(re.findall(r'eastAsia="([^"]+)"', opened.element.xml))
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体"} <= faces


def test_a_draft_says_that_nobody_has_signed_it(store: Store) -> None:
    assert "未经签发" in page.write(monthly(store))
    assert "未经签发" not in page.write(monthly(store, signed="周正平"))


def test_every_figure_names_where_it_comes_from(store: Store, rows: dict[str, int]) -> None:
    text = words_of(word.write(monthly(store)))
    assert "附件" in text
    assert re.search(r"〔回访[\d、]+期〕", text)
    for row in rows.values():
        assert re.search(rf"〔台账(?:\d+、)*{row}(?:、\d+)*号〕", text), row


def test_a_chart_has_the_characters_or_letters_in_their_place(store: Store) -> None:
    figure = Figure(20, 0.9, (0.7, 0.97), 20.0)
    bars = [
        Bar("青山村便民服务站", figure),
        Bar("竹林村便民服务站", figure),
        Bar("少", Figure(2, None, None, 0.0)),
    ]
    with_font, without = shares_chart(bars, "满意率"), shares_chart(bars, "满意率", font="")
    assert with_font is not None
    assert without is not None
    assert with_font.key == ({} if chinese_font() else without.key)
    assert without.key == {"A": "青山村便民服务站（n=20）", "B": "竹林村便民服务站（n=20）"}
    points = [Point(f"2026-W{n}", figure, (0.8, 1.0)) for n in (45, 46)]
    assert trend_chart(points, "满意率", font="") is not None
    assert trend_chart(points[:1], "满意率") is None


def test_a_signed_commendation_names_who_was_chosen_and_a_draft_nobody(store: Store) -> None:
    draft = words_of(word.write(quarterly(store)))
    signed = words_of(word.write(quarterly(store, ("liuf",), signed="周正平")))
    assert "决定对" not in draft
    assert "决定对刘芳予以表彰" in signed
    assert "不是名次" in draft


def test_who_has_an_open_problem_is_not_proposed(store: Store) -> None:
    found = {one.clerk: one for one in comparison_of(store).candidates}
    assert found["zhangjj"].has_open_problem
    assert "zhangjj" not in comparison_of(store).proposed


def test_no_cell_of_a_spreadsheet_is_a_formula(store: Store) -> None:
    contents, _ = contents_of(store, NOVEMBER)
    found = sheets.tables(contents)
    assert any(FORMULA in cell for row in found["ledger"] for cell in row)
    book = load_workbook(io.BytesIO(sheets.as_workbook(found)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert f"'{FORMULA}" in [cell.value for cell in cells]
    assert f"'{FORMULA}" in sheets.as_csv(found["ledger"]).decode("utf-8-sig")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@SUM", "\t=1", " =1", "＝1", "\ufeff=1", "|calc", "%0A=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_kept_as_words(cell: str) -> None:
    assert sheets.harmless(cell).startswith("'")


def test_figures_for_programs_bear_interval_and_number_with_every_share(store: Store) -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            assert "share" not in value or {"interval", "n"} <= set(value)
            for one in value.values():
                check(one)
        elif isinstance(value, list):
            for one in value:
                check(one)

    view = view_of(contents_of(store, NOVEMBER)[0].summary, Names(TOWN))
    check(view)
    assert view["questions"]


def test_no_control_character_breaks_a_paper(store: Store, tmp_path: Path) -> None:
    paper = monthly(store)
    odd = Document(**{**vars(paper), "title": "a\x00b\x0bc\ud800d\ufffe"})
    assert "abcd" in words_of(word.write(odd))
    (tmp_path / "x.html").write_bytes(page.write(paper).encode())


def test_word_finds_every_line_where_the_schema_wants_it(store: Store) -> None:
    inner = open_document(io.BytesIO(word.write(monthly(store)))).element
    ruled = inner.xpath("//w:pPr[w:pBdr]")
    assert len(ruled) == 3
    for held in ruled:
        names = [child.tag.rpartition("}")[2] for child in held]
        assert names.index("pBdr") < min(names.index(name) for name in ("spacing", "jc") if name in names)
