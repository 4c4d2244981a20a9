"""Web pages and saved ones (HTML, MHTML, Word's HTML): the body without navigation, the site's own facts, attachments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domain.errors import RefusedError
from ingest.block import Block, Form, Reading
from ingest.characters import clean
from ingest.charset import decode
from ingest.date import read_date
from ingest.table import Table, TableCell, TableRow, table_blocks, table_caption

SKIPPED = frozenset(
    {
        "script",
        "style",
        "nav",
        "footer",
        "noscript",
        "button",
        "select",
        "iframe",
        "head",
        "aside",
        "svg",
        "input",
        "textarea",
        "template",
    }
)
HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
PARTS = frozenset(
    {"p", "div", "li", "section", "article", "ul", "ol", "blockquote", "main", "body", "html", "dd", "dt", "dl", "center", "pre"}
    | {
        "header",
        "form",
        "fieldset",
        "figure",
        "figcaption",
        "details",
        "summary",
        "address",
        "tbody",
        "thead",
        "td",
        "th",
        "tr",
        "hgroup",
    }
)
ATTACHMENT = re.compile(r"\.(?:pdf|docx?|ofd|xlsx?|wps|et|zip|rar|pptx?)(?:[?#].*)?$", re.I)
AROUND = re.compile(r"\b(?:nav|menu|foot|crumb|bread|copyright|share|side-?bar|toolbar|location|login|qrcode|related|banner)")
MAIN_SHARE = 0.75  # of the page's unlinked text: the node that holds so much is where its text is
META = {
    "title": ("ArticleTitle", "og:title", "citation_title"),
    "date": ("PubDate", "publishdate", "article:published_time", "citation_date", "others"),
    "issuer": ("ContentSource", "source", "author"),
}
DEEPEST = 200  # levels of nesting that are followed


@dataclass(slots=True)
class Walk:
    """The blocks found so far and the words that wait for the end of their paragraph."""

    blocks: list[Block] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    label: str = ""

    def close(self, *, centred: bool = False) -> None:
        """End the paragraph; the number of a list item goes before its first words."""
        for line in "".join(self.pending).split("\n"):
            text = clean(line)
            if text:
                text, self.label = clean(self.label + text), ""
                self.blocks.append(Block(text, bold=bool(self.bold) and all(self.bold), centred=centred))
        self.pending, self.bold = [], []


def read_html(path: Path, source_file: str) -> Reading:
    """The blocks of a web page."""
    return html_blocks(decode(path.read_bytes(), source_file))


def read_mhtml(path: Path, source_file: str) -> Reading:
    """The blocks of a web page that a browser saved as one file."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                return html_blocks(decode(content, source_file, declared=part.get_content_charset()))
    raise RefusedError(source_file, "the saved page holds no HTML part", "save it again as a web page")


def html_blocks(text: str) -> Reading:
    """The blocks of this HTML."""
    tree = LexborHTMLParser(text.replace("\0", ""))
    reading = Reading([], hints=_hints(tree))
    if tree.body is None:
        return reading
    for link in tree.css("a[href]"):
        address = (link.attributes.get("href") or "").strip()
        if ATTACHMENT.search(address) and address not in reading.attachments:
            reading.attachments.append(address)
    for node in tree.css(",".join(sorted(SKIPPED))):
        node.decompose()
    _drop_around(tree.body)
    walk = Walk()
    _walk(find_main(tree.body), walk, 0)
    walk.close()
    reading.blocks = walk.blocks
    return reading


def _drop_around(body: LexborNode) -> None:
    """Take out what stands around the text and says so by its name: menus, crumbs, foot lines."""
    whole = len(body.text())
    for node in body.css("[class],[id]"):
        name = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
        if node.tag in PARTS and AROUND.search(name) and len(node.text()) < 0.25 * whole:
            node.decompose()


def _hints(tree: LexborHTMLParser) -> dict[str, str]:
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        metas.setdefault(name.lower(), (node.attributes.get("content") or "").strip())
    hints = {}
    for fact, names in META.items():
        value = next((metas[name.lower()] for name in names if metas.get(name.lower())), None)
        if value and fact == "date":
            value = read_date(value)
        if value:
            hints[fact] = clean(value)
    title = tree.css_first("title")
    if "title" not in hints and title is not None and title.text().strip():
        hints["title"] = re.split(r"\s*[_|]\s*|\s+[-–—]\s+", clean(title.text()))[0]
    return hints


def find_main(body: LexborNode) -> LexborNode:
    """The innermost node that holds most of the page's text, links not counted."""
    node = body
    whole = _weight(body)
    for _ in range(DEEPEST):
        inner = [
            child for child in node.iter() if child.tag not in ("p", "span", "table") and _weight(child) >= MAIN_SHARE * whole
        ]
        if not inner or whole < 60:
            return node
        node = inner[0]
    return node


def _weight(node: LexborNode) -> int:
    return len(node.text().strip()) - 2 * sum(len(link.text().strip()) for link in node.css("a"))


def _walk(node: LexborNode, walk: Walk, depth: int) -> None:
    ordered = node.tag == "ol"
    number = 0
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag in SKIPPED or tag == "-comment" or tag.startswith("!") or depth > DEEPEST:
            continue
        if tag == "-text":
            _add(child.text_content or "", child, walk)
        elif tag == "br":
            walk.pending.append("\n")
        elif tag in HEADINGS:
            walk.close()
            title = clean(child.text().replace("\n", " "))
            if title:
                walk.blocks.append(Block(title, Form.HEADING, rank=HEADINGS[tag]))
        elif tag == "table":
            walk.close()
            _table(child, walk, depth)
        elif tag in PARTS:
            walk.close()
            if ordered and tag == "li" and child.text().strip():
                number += 1
                walk.label = f"{number}. "
            _walk(child, walk, depth + 1)
            walk.close(centred=_is_centred(child))
        else:
            _walk(child, walk, depth + 1)


def _add(text: str, node: LexborNode, walk: Walk) -> None:
    if not text.strip():
        walk.pending.append(" ")
        return
    walk.pending.append(re.sub(r"\s+", " ", text))
    walk.bold.append(_is_bold(node))


def _is_bold(node: LexborNode) -> bool:
    at: LexborNode | None = node.parent
    while at is not None and at.tag not in PARTS:
        style = (at.attributes.get("style") or "").replace(" ", "").lower()
        if at.tag in ("b", "strong") or "font-weight:bold" in style or "font-weight:700" in style:
            return True
        at = at.parent
    return False


def _is_centred(node: LexborNode) -> bool:
    style = (node.attributes.get("style") or "").replace(" ", "").lower()
    return "text-align:center" in style or (node.attributes.get("align") or "").lower() == "center" or node.tag == "center"


def _table(table: LexborNode, walk: Walk, depth: int) -> None:
    """The rows of a table; one that only lays out the page is read as what stands in it."""
    rows = list(_rows(table))
    filled = [row for row in rows if len(row.filled) >= 2]
    if table.css_first("table table") is not None or len(filled) < 2:
        nested = table.css_first("table table") is not None
        for part in table.iter() if nested else table.css("td,th"):
            _walk(part, walk, depth + 1)
            walk.close()
        return
    widest = max(cell.column + cell.width for row in rows for cell in row.cells)
    for row in rows:
        if len(row.cells) == 1 and row.cells[0].width >= widest and row.cells[0].text:
            row.plain = [Block(row.cells[0].text)]
    caption = table.css_first("caption")
    above = clean(caption.text()) if caption is not None else walk.blocks[-1].text if walk.blocks else ""
    walk.blocks += table_blocks(Table(rows), above if caption is not None else table_caption(above))


def _rows(table: LexborNode) -> Iterator[TableRow]:
    taken: dict[int, int] = {}  # rows that a cell above still reaches down into, by column
    for line in table.css("tr"):
        row, column = TableRow(), 0
        for cell in line.iter():
            if cell.tag not in ("td", "th"):
                continue
            while taken.get(column, 0) > 0:
                taken[column] -= 1
                column += 1
            width, height = _number(cell, "colspan"), _number(cell, "rowspan")
            row.cells.append(TableCell(clean(cell.text(separator=" ")), column, width, height))
            for at in range(column, column + width):
                taken[at] = height - 1
            column += width
        for at in [at for at in taken if at >= column and taken[at] > 0]:
            taken[at] -= 1
        yield row


def _number(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), 200) if value.isdigit() else 1
