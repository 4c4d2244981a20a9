"""What a document is cited by, read from its text."""

import re
from pathlib import PurePath

from domain.codebook import Genre, Language, Level
from domain.document import Facts
from domain.place import find_place
from ingest.block import Form, Reading
from ingest.structure import Outline


def find_facts(reading: Reading, found: Outline, document_id: str, source_file: str, language: Language) -> Facts:
    """The facts of a document; what its file states of it (`Reading.hints`) wins where its text is silent."""
    title = reading.hints.get("title") or PurePath(source_file).stem
    return Facts(document_id, source_file, title, language)
