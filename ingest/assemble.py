"""A reading put together to a Document: text, statements, sections, pages and facts."""

from collections import Counter
from dataclasses import replace

from domain.codebook import Language
from domain.document import Document, Page, Section
from domain.statement import Box, Kind, Statement, statement_id
from ingest.block import Block, Form, Reading, Span
from ingest.characters import han_share
from ingest.contents import mark_contents
from ingest.facts import find_facts
from ingest.footnote import mark_references
from ingest.numbering import Series, read_mark
from ingest.sentence import split_sentences
from ingest.structure import HEAD, Outline, outline, path_of
from ingest.table import mark_captions
from ingest.title import find_title, running_title

KINDS = {
    Form.HEADING: Kind.HEADING,
    Form.ROW: Kind.ROW,
    Form.HEADS: Kind.HEADING,
    Form.CONTENTS: Kind.CONTENTS,
    Form.REFERENCE: Kind.REFERENCE,
    Form.FOOTNOTE: Kind.FOOTNOTE,
    Form.CAPTION: Kind.CAPTION,
}
WHOLE = {Form.HEADING, Form.ROW, Form.HEADS, Form.CONTENTS, Form.REFERENCE, Form.CAPTION}
ITEM_SERIES = set(Series) - {Series.ARTICLE}


def assemble(reading: Reading, document_id: str, source_file: str) -> Document:
    """The document of a reading; its statements are untagged and stand in reading order."""
    blocks = mark_captions(mark_contents([block for block in reading.blocks if block.text]))
    usual = Language.ZH if han_share("".join(block.text for block in blocks)) >= 0.5 else Language.EN
    title = find_title([block for block in blocks[:HEAD] if block.form is not Form.CONTENTS], usual)
    title = title or running_title(reading.dropped, usual)
    found = outline(blocks, title)
    found.blocks = mark_references(found.blocks, found.nodes, found.places)
    starts, text = _lay_out(found.blocks)
    statements = _statements(found, starts, document_id, usual)
    return Document(
        find_facts(reading, found.blocks, title, document_id, source_file, usual),
        text,
        tuple(statements),
        tuple(_sections(found, starts, len(text))),
        tuple(_pages(reading, found.blocks, starts)),
        tuple(reading.dropped),
        tuple(reading.attachments),
    )


def _lay_out(blocks: list[Block]) -> tuple[list[int], str]:
    starts, at = [], 0
    for block in blocks:
        starts.append(at)
        at += len(block.text) + 1
    return starts, "\n".join(block.text for block in blocks)


def _statements(found: Outline, starts: list[int], document_id: str, language: Language) -> list[Statement]:
    seen: Counter[str] = Counter()
    statements = []
    for at, block in enumerate(found.blocks):
        path = path_of(found.nodes, found.places[at])
        if block.caption and block.form is Form.ROW:
            path = (*path, block.caption)
        for begin, end, kind in _pieces(block, found.run_in.get(at, 0)):
            text = block.text[begin:end]
            boxes = _boxes(block.spans, begin, end)
            statements.append(
                Statement(
                    statement_id(document_id, text, seen[text]),
                    document_id,
                    text,
                    starts[at] + begin,
                    starts[at] + end,
                    kind,
                    language_of(text, language),
                    path,
                    boxes[0].page if boxes else block.page,
                    boxes,
                    block.column_heads,
                )
            )
            seen[text] += 1
    return statements


def _pieces(block: Block, run_in: int) -> list[tuple[int, int, Kind]]:
    """The statements of a block: offsets and kind."""
    if block.form in WHOLE:
        return [(0, len(block.text), KINDS[block.form])]
    pieces: list[tuple[int, int, Kind]] = []
    if run_in:
        pieces.append((0, run_in, Kind.HEADING))
    rest = block.text[run_in:]
    mark = read_mark(block.text) if not run_in else None
    kind = KINDS.get(block.form, Kind.ITEM if mark and mark.series in ITEM_SERIES else Kind.SENTENCE)
    return pieces + [(run_in + begin, run_in + end, kind) for begin, end in split_sentences(rest)]


def _boxes(spans: tuple[Span, ...], begin: int, end: int) -> tuple[Box, ...]:
    """The rectangles of a stretch of the block's text, the first and last line cut to it."""
    boxes = []
    for span in spans:
        low, high = max(begin, span.start), min(end, span.end)
        if low >= high:
            continue
        length = span.end - span.start
        width = span.box.x1 - span.box.x0
        left = span.box.x0 + width * (low - span.start) / length
        right = span.box.x0 + width * (high - span.start) / length
        boxes.append(replace(span.box, x0=round(left, 1), x1=round(right, 1)))
    return tuple(boxes)


def language_of(text: str, usual: Language) -> Language:
    """The language that a stretch of text is in; that of the document where it has hardly a letter."""
    letters = sum(char.isalpha() for char in text)
    if letters < 4:
        return usual
    return Language.ZH if han_share(text) >= 0.4 else Language.EN


def _sections(found: Outline, starts: list[int], length: int) -> list[Section]:
    sections = []
    for index, node in enumerate(found.nodes):
        begin = starts[node.block]
        after = (starts[other.block] - 1 for other in found.nodes[index + 1 :] if other.depth <= node.depth)
        sections.append(Section(node.title, node.depth, begin, next(after, length), node.parent))
    return sections


def _pages(reading: Reading, blocks: list[Block], starts: list[int]) -> list[Page]:
    """The pages with their spans in the text; a paragraph over a page break is parted where its lines are."""
    first: dict[int, int] = {}
    for block, start in zip(blocks, starts, strict=True):
        for span in block.spans:
            first[span.box.page] = min(first.get(span.box.page, start + span.start), start + span.start)
        if not block.spans and block.page is not None:
            first.setdefault(block.page, start)
    length = starts[-1] + len(blocks[-1].text) if blocks else 0
    pages: list[Page] = []
    after = length
    for page in reversed(reading.pages):
        begin = min(first.get(page.number, after), after)
        pages.append(replace(page, char_start=begin, char_end=after))
        after = begin
    return pages[::-1]
