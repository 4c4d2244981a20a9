"""Word files (.docx)."""

from io import BytesIO
from zipfile import BadZipFile

from docx import Document as open_docx
from docx.table import Table

from domain.errors import RefusedError
from ingest.block import Block, Form, Reading
from ingest.characters import clean


def read_docx(content: bytes, source_file: str) -> Reading:
    """The blocks of a Word file."""
    try:
        document = open_docx(BytesIO(content))
    except (BadZipFile, KeyError, ValueError) as error:
        raise RefusedError(source_file, "the Word file is damaged", "save it again from Word") from error
    reading = Reading([])
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                cells = list({id(cell._tc): clean(cell.text.replace("\n", "")) for cell in row.cells}.values())
                reading.blocks.append(Block("\t".join(cells), Form.ROW))
        else:
            reading.blocks.append(Block(clean(part.text)))
    reading.blocks = [block for block in reading.blocks if block.text.strip()]
    return reading
