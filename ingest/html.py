"""Web pages: the body without navigation, the meta fields of government sites, the attachments."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.block import Block, Form, Reading
from ingest.characters import clean
from ingest.text import decode

SKIPPED = {"script", "style", "nav", "footer", "header", "noscript", "form", "button", "select", "iframe", "head", "aside"}
HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
PARTS = {"p", "div", "li", "tr", "section", "article", "ul", "ol", "table", "tbody", "blockquote", "br", "td", "th", "main", "body", "html", "dd", "dt"}


def read_html(content: bytes, source_file: str) -> Reading:
    """The blocks of a web page."""
    tree = LexborHTMLParser(decode(content, source_file))
    reading = Reading([])
    if tree.body is not None:
        _walk(tree.body, reading)
    return reading


def _walk(node: LexborNode, reading: Reading) -> None:
    pending = ""
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag in SKIPPED:
            continue
        if tag == "-text":
            pending += child.text_content or ""
        elif tag in HEADINGS or tag in PARTS:
            pending = _flush(pending, reading)
            if tag in HEADINGS:
                _add(Block(clean(child.text()), Form.HEADING, rank=HEADINGS[tag]), reading)
            elif tag == "tr":
                cells = [clean(cell.text()) for cell in child.iter() if cell.tag in ("td", "th")]
                _add(Block("\t".join(cells), Form.ROW), reading)
            else:
                _walk(child, reading)
        else:
            pending += child.text()
    _flush(pending, reading)


def _flush(text: str, reading: Reading) -> str:
    _add(Block(clean(text)), reading)
    return ""


def _add(block: Block, reading: Reading) -> None:
    if block.text.strip():
        reading.blocks.append(block)
