"""Zip archives of XML (DOCX, OFD), opened with care: bombs and entities are refused."""

import re
import zipfile
from pathlib import Path

from lxml import etree

from domain.errors import RefusedError

MOST_UNPACKED = 400 << 20  # bytes
MOST_RATIO = 150  # unpacked to packed, of parts above a megabyte
MOST_PARTS = 20_000
DAMAGED = ("the file is damaged or cut off", "fetch it again from where it came from")
BOMB = "the file unpacks to far more than it holds (a zip bomb)"
ENTITY = re.compile(rb"<!ENTITY|<!DOCTYPE", re.I)


def open_archive(path: Path, source_file: str) -> zipfile.ZipFile:
    """The archive, opened; raises RefusedError where it is damaged, locked or unpacks beyond all measure."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedError(source_file, *DAMAGED) from error
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    inflated = any(part.file_size > 1 << 20 and part.file_size > MOST_RATIO * max(1, part.compress_size) for part in parts)
    if total > MOST_UNPACKED or len(parts) > MOST_PARTS or inflated:
        archive.close()
        raise RefusedError(source_file, BOMB, "do not open it; ask its sender")
    if any(part.flag_bits & 1 for part in parts):
        archive.close()
        raise RefusedError(source_file, "the file is locked with a password", "save a copy without the password")
    return archive


def read_part(archive: zipfile.ZipFile, name: str, source_file: str) -> bytes | None:
    """The bytes of one part, None where there is none."""
    try:
        return archive.read(name)
    except KeyError:
        return None
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise RefusedError(source_file, *DAMAGED) from error


def parse_part(archive: zipfile.ZipFile, name: str, source_file: str) -> etree._Element | None:
    """The root of one XML part, None where there is none; entities are refused, not resolved."""
    content = read_part(archive, name, source_file)
    if content is None:
        return None
    if ENTITY.search(content[:65536]):
        raise RefusedError(source_file, "the file declares XML entities (an entity bomb)", "save it again from Word")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(source_file, *DAMAGED) from error
