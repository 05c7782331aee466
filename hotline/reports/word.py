"""A paper as Word, in the form of GB/T 9704-2012: A4, 22 lines of 28 characters, red head, number, title, body."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from hotline.reports.document import Block, Document, Grid, Heading, Paragraph, Picture
from hotline.reports.wording import listed, said
from hotline.reports.xml import clean

RED = RGBColor(0xE6, 0x00, 0x12)
BODY_PT, TITLE_PT, HEAD_PT, GRID_PT, SMALL_PT = 16, 22, 30, 10.5, 14
"""三号, 二号, as large as the head needs, 五号, 四号."""
LINE_PT = 28.95
"""22 lines on 225 mm."""
WIDTH = Mm(156)
AUTHOR = "hotline"
_AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
    "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""What the schema wants behind a paragraph's borders; Word calls a file broken that has them elsewhere."""


def write(paper: Document) -> bytes:
    """The file."""
    out = new_document()
    out.core_properties.title, out.core_properties.author = clean(paper.title.replace("\n", "")), AUTHOR
    _page(out)
    _head(out, paper)
    for block in paper.blocks:
        _block(out, block)
    _sign(out, paper)
    if paper.appendix:
        out.add_section(WD_SECTION.NEW_PAGE)
        for block in paper.appendix:
            _block(out, block)
    _stand_ins(out)
    kept = io.BytesIO()
    out.save(kept)
    return kept.getvalue()


def _page(out: Any) -> None:
    section = out.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    normal = out.styles["Normal"]
    normal.font.size = Pt(BODY_PT)
    _font(normal.element.get_or_add_rPr(), "body")
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = said("form", "page", page="\0").partition("\0")
    for part in (before, None, after):
        run = foot.add_run(part or "")
        run.font.size = Pt(SMALL_PT)
        _font(run._r.get_or_add_rPr(), "page")
        if part is None:
            _field(run, "PAGE")


def _head(out: Any, paper: Document) -> None:
    """The red head, the number under it, a red line, the title, to whom it goes."""
    if paper.draft:
        _line(out, paper.draft, "body", size=SMALL_PT, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(out, paper.head, "title", size=HEAD_PT, align=WD_ALIGN_PARAGRAPH.CENTER, red=True)
    _line(out, "", "body")
    number = _line(out, paper.number, "body", align=WD_ALIGN_PARAGRAPH.CENTER)
    _rule(number, "E60012", 16)
    _line(out, "", "body")
    _line(out, paper.title, "title", size=TITLE_PT, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(out, "", "body")
    _line(out, paper.to, "body")


def _block(out: Any, block: Block) -> None:
    match block:
        case Heading(text):
            heading = _line(out, text, "heading", indent=True)
            heading.paragraph_format.keep_with_next = True
        case Paragraph(text):
            _line(out, text, "body", indent=True)
        case Grid():
            _grid(out, block)
        case Picture():
            held = out.add_paragraph()
            held.alignment = WD_ALIGN_PARAGRAPH.CENTER
            held.paragraph_format.keep_with_next = True
            shape = held.add_run().add_picture(io.BytesIO(block.png), width=WIDTH)
            shape._inline.docPr.set("descr", clean(block.alt or block.caption))
            _line(out, block.caption, "heading", size=12, align=WD_ALIGN_PARAGRAPH.CENTER)


def _grid(out: Any, grid: Grid) -> None:
    if grid.caption:
        caption = _line(out, grid.caption, "heading", size=12, align=WD_ALIGN_PARAGRAPH.CENTER)
        caption.paragraph_format.keep_with_next = True
    table = out.add_table(rows=0, cols=len(grid.columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    parts = grid.widths or (1,) * len(grid.columns)
    widths = [int(WIDTH * part / sum(parts)) for part in parts]
    for place, row in enumerate((grid.columns, *grid.rows)):
        _row(table, row, widths, head=place == 0)
    out.add_paragraph().paragraph_format.line_spacing = Pt(10)


def _row(table: Any, cells: Sequence[str], widths: Sequence[int], *, head: bool) -> None:
    row = table.add_row()
    keep = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(keep)
    if head:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, text, width in zip(row.cells, cells, widths, strict=True):
        cell.width = width
        held = cell.paragraphs[0]
        held.alignment = WD_ALIGN_PARAGRAPH.CENTER if head else WD_ALIGN_PARAGRAPH.LEFT
        _run(held, text, "heading" if head else "body", GRID_PT)


def _sign(out: Any, paper: Document) -> None:
    """Office and date to the right, then the record of who gets a copy."""
    _line(out, "", "body")
    for text, right in ((paper.signed, 2), (paper.date, 4)):
        signed = _line(out, text, "body", align=WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.right_indent = Pt(BODY_PT * right)
        signed.paragraph_format.keep_together = True
    _line(out, "", "body")
    for place, text in enumerate((paper.copy, paper.issued)):
        record = _line(out, text, "body", size=SMALL_PT)
        _rule(record, "000000", 8, top=place == 0)


def _line(
    out: Any,
    text: str,
    font: str,
    *,
    size: float = BODY_PT,
    align: Any = None,
    indent: bool = False,
    red: bool = False,
) -> Any:
    held = out.add_paragraph()
    form = held.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(max(LINE_PT, size * 1.5))
    held.alignment = align
    if indent:
        form.first_line_indent = Pt(2 * size)
    _run(held, text, font, size, red=red)
    return held


def _run(held: Any, text: str, font: str, size: float, *, red: bool = False) -> None:
    run = held.add_run(clean(text))
    run.font.size = Pt(size)
    if red:
        run.font.color.rgb = RED
    _font(run._r.get_or_add_rPr(), font)


def _font(held: Any, name: str) -> None:
    fonts = held.get_or_add_rFonts()
    first = listed("fonts", name)[0]
    fonts.set(qn("w:eastAsia"), first)
    for way in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(way), "Times New Roman")


def _rule(held: Any, color: str, eighths: int, *, top: bool = False) -> None:
    """A line under a paragraph, and above it where wanted."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom") if top else ("bottom",):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", color)):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    held._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def _field(run: Any, code: str) -> None:
    for kind in ("begin", None, "end"):
        part = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            part.text = code
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _stand_ins(out: Any) -> None:
    """Where the standard's typefaces are not installed, which ones Word and others take in their place."""
    for part in out.part.package.iter_parts():
        if str(part.partname) != "/word/fontTable.xml":
            continue
        told = "".join(
            f'<w:font w:name="{names[0]}"><w:altName w:val="{",".join(names[1:])}"/></w:font>'
            for names in (listed("fonts", name) for name in ("title", "body", "heading", "second", "page"))
        )
        part._blob = part.blob.replace(b"</w:fonts>", told.encode() + b"</w:fonts>")
