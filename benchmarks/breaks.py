"""Statements that a line or page break has torn: python benchmarks/breaks.py FOLDER [--list].

Reads every file of the folder and counts by rule, a document a line, the statements that look as if they begin or end in
mid-sentence; `--list` prints them, each with what stands before and after it, so that a person can judge. A statement looks torn

- at its end where it ends with a comma, a hyphen, an opening bracket or a word that no sentence ends with ("of", "and", "the"),
- at its beginning where it begins with a small letter or a closing mark, without a number or bullet of its own, and the one
  before has not announced a list with a colon or is not a part of one,
- in Chinese, at its end, where it fills most of a line, no stop ends it and the next goes on without a number.

Headings, captions, contents, references and table rows are whole by their form and are not counted.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.codebook import Language
from domain.document import Document
from domain.errors import RefusedError
from domain.statement import Kind, Statement
from ingest import read_document

JUDGED = {Kind.SENTENCE, Kind.ITEM, Kind.FOOTNOTE}
OPEN_END = re.compile(
    r"(?:[,，、（(《“\-–]|(?<!, )\b(?:and|or)|\b(?:a|an|the|of|to|in|on|at|by|for|from|with|but|as|that|which|is|are|was|were|be"
    r"|been|has|have|will|shall|should|can|may|must|its|their|our|this|these|into|than|between|through|including|such|not))$"
)
NO_BEGINNING = re.compile(r"(?![ivx]{1,4}[.)])[a-z]{2}|a |[,.;:!?)\]}，。、；：！？）》”]")
OWN_NAMES = re.compile(r"e[A-Z]|i[A-Z]|p[HM]|https?:|\w+(?:\.\w+)+/|www\.|kWh|tCO|mg|km")
STOP = re.compile(r"[.!?:;。！？；：…][\"'”’)）\]》】\d]*$")
LIST = re.compile(r"[:;：；,，—]$|\b(?:and|or)$")
CHINESE_LINE = 25  # characters that most of a printed line holds
CHINESE_BEGINNING = re.compile(r"[（(]?[一二三四五六七八九十\d]+[）)、.．]|第.{1,3}[章节条]|[①-⑳•●◆■□—\-·]|附|注|主送|抄送|联系")


@dataclass(frozen=True, slots=True)
class Torn:
    """A statement that looks torn, with its neighbours and the end that is open."""

    statement: Statement
    before: str
    after: str
    where: str


def find_torn(document: Document) -> Iterator[Torn]:
    """The statements that look torn, in order."""
    statements = document.statements
    for at, statement in enumerate(statements):
        if statement.kind not in JUDGED:
            continue
        before = statements[at - 1] if at else None
        after = statements[at + 1] if at + 1 < len(statements) else None
        if where := _torn(statement, before, after, document.text):
            yield Torn(statement, before.text if before else "", after.text if after else "", where)


def _torn(statement: Statement, before: Statement | None, after: Statement | None, text: str) -> str:
    """Which end of the statement is open, empty where neither is."""
    words = statement.text
    if OPEN_END.search(words) and not (LIST.search(words) and after and after.kind is Kind.ITEM):
        return "end"
    if NO_BEGINNING.match(words) and not OWN_NAMES.match(words) and not (before and LIST.search(before.text)):
        return "beginning"
    if statement.language is Language.ZH and after and after.kind in JUDGED and text[statement.char_end] == "\n":
        full = len(words) >= CHINESE_LINE and not STOP.search(words)
        if full and not CHINESE_BEGINNING.match(after.text):
            return "end"
    return ""


def main() -> None:
    """Print the counts of every document of a folder and of all together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    whole, torn = 0, 0
    for path in sorted(options.folder.rglob("*")):
        try:
            document = read_document(path) if path.is_file() else None
        except RefusedError as error:
            print(error)
            continue
        if document is None:
            continue
        judged = sum(statement.kind in JUDGED for statement in document.statements)
        found = list(find_torn(document))
        whole, torn = whole + judged, torn + len(found)
        print(f"{len(found):5d} of {judged:5d}  {path.name}")
        for each in found if options.list else ():
            page = each.statement.page or "-"
            print(f"      p. {page} {each.where}: …{each.before[-60:]} ¦ {each.statement.text} ¦ {each.after[:60]}…")
    print(f"{torn:5d} of {whole:5d}  {1 - torn / max(whole, 1):.2%} neither begin nor end in mid-sentence")


if __name__ == "__main__":
    main()
