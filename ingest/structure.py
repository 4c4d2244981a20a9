"""The heading tree: which blocks are headings, how deep each stands, and the path that leads to every block."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.block import Block, Form
from ingest.date import is_date
from ingest.heading import Heading, find_headings
from ingest.numbering import Series
from ingest.title import issued_title


@dataclass(frozen=True, slots=True)
class Node:
    """A section as it is found: the block it begins with, its title, depth and the node above it."""

    title: str
    depth: int
    block: int
    parent: int | None


@dataclass(slots=True)
class Level:
    """An open section: what kind of heading opened it, how large that was set, and for an annex the sections that it closed."""

    key: tuple[str, int]
    size: float
    style: tuple[str, int]
    node: int
    title: str
    page: int | None
    number: int
    closed: tuple["Level", ...] = ()


@dataclass(slots=True)
class Outline:
    """The blocks with their forms settled, the nodes of the heading tree, and for each block the node it stands in."""

    blocks: list[Block]
    nodes: list[Node]
    places: list[int | None]
    run_in: dict[int, int]


def outline(blocks: Sequence[Block], title: str | None = None) -> Outline:
    """The heading tree over the blocks of the document with this title."""
    headings = without_titles(find_headings(blocks), blocks, title)
    found = Outline(list(blocks), [], [], {})
    stack: list[Level] = []
    for at, block in enumerate(blocks):
        heading = headings.get(at)
        last = found.nodes[stack[-1].node] if stack else None
        taken_in = _taken_in(last, stack[-1], headings, blocks, at) if heading and last else None
        if last and taken_in:
            found.nodes[stack[-1].node] = replace(last, title=taken_in)
            found.blocks[at] = replace(block, form=Form.HEADING)
        elif heading is not None:
            _open(found, stack, heading, at)
            if heading.run_in:
                found.run_in[at] = heading.run_in
            elif heading.whole:
                found.blocks[at] = replace(block, form=Form.HEADING)
        found.places.append(stack[-1].node if stack else None)
    return found


def without_titles(headings: dict[int, Heading], blocks: Sequence[Block], title: str | None) -> dict[int, Heading]:
    """The headings; what stands above the document's title, the title itself and an annex that is the plan open no section."""
    named = {re.sub(r"\W", "", text) for text in (title, issued_title(title, []) if title else None) if text}
    settled = dict(headings)
    titles = [at for at in headings if at < HEAD and (headings[at].is_title or _bare(blocks[at].text) in named)]
    for at, heading in headings.items():
        bare = _bare(heading.title)
        torn = heading.key[0] == "font" and at < HEAD and _belongs_to_title(heading.title, bare, named)
        if torn or (titles and at <= titles[-1] and heading.key[0] in ("font", "title")):
            settled[at] = replace(heading, is_title=True)
        elif heading.key == ANNEX and (_is_listed(blocks, at) or any(bare.endswith(name) for name in named)):
            if _is_listed(blocks, at):
                del settled[at]
            else:
                settled[at] = replace(heading, is_title=True)
    return settled


LETTERHEAD = re.compile(r"[（(][\d年月日—\-–~至 ]+[）)]|[\u4e00-\u9fff]{2,20}(?:部|委员会|委|局|厅|政府|办公室)")


def _belongs_to_title(text: str, bare: str, named: set[str]) -> bool:
    """Whether a line is what is left of a title that was set in several: its end, its years in brackets, the issuer below it."""
    if LETTERHEAD.fullmatch(text.strip()) or text.count("《") != text.count("》"):
        return True
    return len(bare) >= 2 and not bare.isascii() and any(bare in name and bare != name for name in named)


def _taken_in(last: Node, level: Level, headings: dict[int, Heading], blocks: Sequence[Block], at: int) -> str | None:
    """The title of the last section with this heading taken in: its second line, or the name of an annex below its number."""
    heading = headings[at]
    if _continues(headings, heading, blocks, at):
        return last.title + heading.title
    below = last.block == at - 1 and level.page == blocks[at].page
    if level.key != ANNEX or not below or heading.key[0] not in ("title", "font"):
        return None
    return last.title if heading.title in last.title else f"{last.title} {heading.title}"


def _continues(headings: dict[int, Heading], heading: Heading, blocks: Sequence[Block], at: int) -> bool:
    """Whether a Chinese heading is the second line of the numbered one above it: the same type, no number of its own.

    A footnote of the page before may stand between the two.
    """
    last = next((place for place in range(at - 1, max(at - 4, -1), -1) if blocks[place].page == blocks[at].page), -1)
    before = headings.get(last)
    if before is None or before.run_in or before.is_title or heading.key[0] != "font" or not before.size:
        return False
    above = blocks[last]
    same_type = abs(heading.size - before.size) <= 0.02 * before.size and above.page == blocks[at].page
    whole = bool(re.search(r"[。！？：；）)]$", above.text.strip()))
    return same_type and before.key[0] == "series" and not whole and not heading.title.isascii()


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _is_listed(blocks: Sequence[Block], at: int) -> bool:
    """Whether a letter only lists the annex here: its signature and date follow."""
    near = blocks[at + 1 : at + 9]
    return any(is_date(block.text) for block in near) and not any(len(block.text) > 60 for block in near[:3])


def _open(found: Outline, stack: list[Level], heading: Heading, at: int) -> None:
    """Close the sections that this heading ends and open its own."""
    if back := _behind_annex(stack, heading):
        stack[:] = back
    before = tuple(stack)
    same = next((index for index, level in enumerate(stack) if level.key == heading.key), None)
    if same is not None:
        del stack[same:]
    else:
        block = found.blocks[at]
        while stack and (_ends(stack[-1], heading) or _ends_rank(stack[-1], block) or _ends_front(stack[-1], heading, block)):
            stack.pop()
    if heading.is_title:
        stack.clear()
        return
    parent = stack[-1].node if stack else None
    found.nodes.append(Node(heading.title, len(stack) + 1, at, parent))
    closed = (before[0].closed or before if before else ()) if heading.key == ANNEX else ()
    page = found.blocks[at].page
    stack.append(
        Level(heading.key, heading.size, heading.style, len(found.nodes) - 1, heading.title, page, heading.number, closed)
    )


def _behind_annex(stack: list[Level], heading: Heading) -> tuple[Level, ...]:
    """The sections that an annex closed, where this heading counts on from them: a table of annex in the middle of a plan."""
    if not stack or stack[0].key != ANNEX or any(level.key == heading.key for level in stack):
        return ()
    counted = any(level.key == heading.key and 0 < level.number == heading.number - 1 for level in stack[0].closed)
    return stack[0].closed if counted else ()


ANNEX = ("series", Series.ANNEX)
FRONT = re.compile(
    r"(?:a )?(?:letter|message|foreword|preface|acknowledg|executive summary|introduction$)|[前序引导]\s*言$|编制说明$", re.I
)
HEAD = 30  # blocks in which a title stands
ORDER = (Series.PART, Series.CHAPTER, Series.SECTION, Series.CHINESE, Series.CHINESE_BRACKET)


def _ends(level: Level, heading: Heading) -> bool:
    """Whether a heading of a kind that is not open yet ends the open section."""
    kind, number = heading.key
    above, over = level.key
    if kind == "series" and number == Series.ANNEX:
        return True
    if above == "box":
        return True
    if heading.size and heading.style[0] and heading.style == level.style and not (kind == above == "series"):
        return True
    if heading.size and level.size and heading.style[0] and level.style[0]:
        return heading.size > 1.04 * level.size
    if kind == "series" and above == "series":
        if number in ORDER and over in ORDER:
            return ORDER.index(Series(number)) < ORDER.index(Series(over))
        return number in ORDER and over not in ORDER and over != Series.ANNEX
    if heading.size and level.size:
        return heading.size > 1.06 * level.size
    if kind == "font" and above == "font":
        return number < over
    return False


def _ends_rank(level: Level, block: Block) -> bool:
    """Whether the file itself declares the heading of the rank of the open one, which has no number, or of a higher one."""
    kind, rank = level.key
    return kind == "font" and block.form is Form.HEADING and block.rank is not None and block.rank <= rank


def _ends_front(level: Level, heading: Heading, block: Block) -> bool:
    """Whether the heading begins a chapter of its own after a letter, foreword or summary that is set larger."""
    if heading.key[0] == "series" and heading.key[1] in ORDER and FRONT.fullmatch(level.title):
        return True
    if not FRONT.match(level.title) or heading.style[0] != "font" or level.page is None or block.page == level.page:
        return False
    return heading.size >= 0.6 * level.size and (block.text.upper() == block.text or heading.size >= 0.8 * level.size)


def path_of(nodes: Sequence[Node], node: int | None) -> tuple[str, ...]:
    """The titles from the outermost section down to this node."""
    path: list[str] = []
    while node is not None:
        path.append(nodes[node].title)
        node = nodes[node].parent
    return tuple(reversed(path))
