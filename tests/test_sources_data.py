import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.place import place_coded

CORPORA = Path(__file__).parents[1] / "corpora"
SOURCES = tomllib.loads((CORPORA / "sources.toml").read_text(encoding="utf-8"))["source"]
FIELDS = {"id", "title", "title_en", "issuer", "number", "date", "language", "place_code", "address", "page", "note"}
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["id"])


def test_ids_are_unique() -> None:
    assert len({source["id"] for source in SOURCES}) == len(SOURCES)


@each_source
def test_a_source_is_complete_and_well_formed(source: dict[str, str]) -> None:
    assert {"id", "title", "title_en", "issuer", "language", "address", "page"} <= set(source) <= FIELDS
    address = urlsplit(source["address"])
    assert address.scheme in ("http", "https")
    assert address.netloc
    assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", source.get("date", "2000"))
    assert "place_code" not in source or place_coded(source["place_code"])


@each_source
def test_an_address_that_is_no_document_says_where_to_look(source: dict[str, str]) -> None:
    assert source["page"] in ("document", "landing")
    assert source["page"] == "document" or source["note"]
