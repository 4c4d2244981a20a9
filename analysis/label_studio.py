"""Label Studio: statements as tasks with the machine's codes as predictions, the interface that shows them, and the way back.

Source of the form: https://labelstud.io/guide/tasks and /guide/predictions.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.codes import codes
from domain.codebook import Language
from domain.errors import ExportError
from domain.record import Record

COLUMNS = {"element": "element", "sector": "sectors", "instrument": "instruments", "stringency": "stringency"}
SINGLE = ("element", "stringency")
SHOWN = ("statement_id", "text", "document_title", "issuer", "date", "place", "page", "heading_path", "source_file")


def write_tasks(path: Path, records: Iterable[Record]) -> int:
    """A JSON list with a task a statement; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("[")
        for count, record in enumerate(records, start=1):  # the count is given back
            stream.write(",\n" if count > 1 else "\n")
            stream.write(json.dumps(task(record), ensure_ascii=False))
        stream.write("\n]\n")
    return count


def task(record: Record) -> Record:
    """A statement as a task; what the machine says is a prediction, which a coder accepts or changes."""
    data = {name: record[name] for name in SHOWN}
    data["heading_path"] = " > ".join(record["heading_path"])
    found = [choice(family, record[column]) for family, column in COLUMNS.items() if record[column]]
    prediction = {"model_version": "pilotlight", "score": record["element_score"], "result": found}
    return {"data": data, "predictions": [prediction]}


def choice(family: str, value: str | list[str]) -> Record:
    """The codes of one family as a result."""
    chosen = [value] if isinstance(value, str) else value
    return {"id": family, "from_name": family, "to_name": "text", "type": "choices", "value": {"choices": chosen}}


def write_interface(path: Path) -> int:
    """The labelling interface to paste into the project's settings; returns the number of codes."""
    view = etree.Element("View")
    etree.SubElement(view, "Header", value="$document_title  $heading_path")
    etree.SubElement(view, "Text", name="text", value="$text")
    count = 0
    for code in codes():
        if not code.name:
            kind = "single-radio" if code.family in SINGLE else "multiple"
            asked = {"name": code.family, "toName": "text", "choice": kind, "showInline": "true"}
            etree.SubElement(view, "Header", value=f"{code.titles[Language.ZH]} {code.titles[Language.EN]}")
            choices = etree.SubElement(view, "Choices", **asked)
        else:
            count += 1
            words = f"{code.definitions[Language.ZH]} {code.definitions[Language.EN]}"
            etree.SubElement(choices, "Choice", value=code.name, hint=words)
    etree.ElementTree(view).write(str(path), encoding="utf-8", pretty_print=True)
    return count


def task_rows(path: Path) -> Iterator[tuple[int, Record]]:
    """A row for each annotation of each task, with its number and, as "by", who made it; tasks without any are passed over."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ExportError(f"{path}: not JSON ({error}); import what Label Studio exports as JSON") from error
    if not isinstance(tasks, list) or not all(isinstance(each, dict) and isinstance(each.get("data"), dict) for each in tasks):
        raise ExportError(f"{path}: no list of tasks with data; import what Label Studio exports as JSON, not JSON_MIN")
    for number, each in enumerate(tasks, start=1):
        for annotation in each.get("annotations") or ():
            if not annotation.get("was_cancelled"):
                yield number, annotation_row(each["data"], annotation)


def annotation_row(data: Record, annotation: Record) -> Record:
    """One coder's codes of a statement as a row of the export."""
    row: Record = {name: data.get(name) for name in ("statement_id", "text")}
    chosen: dict[str, list[str]] = {family: [] for family in COLUMNS}
    for result in annotation.get("result") or ():
        if result.get("from_name") in chosen:
            chosen[result["from_name"]] += result.get("value", {}).get("choices", [])
    for family, column in COLUMNS.items():
        row[column] = chosen[family] if family not in SINGLE else "; ".join(chosen[family])
    if coder := coder_of(annotation.get("completed_by")):
        row["by"] = coder
    return row


def coder_of(completed_by: Any) -> str | None:
    """The coder's name as Label Studio gives it: a person's e-mail, or a number."""
    if isinstance(completed_by, dict):
        return completed_by.get("email") or (f"Label Studio user {completed_by['id']}" if "id" in completed_by else None)
    return f"Label Studio user {completed_by}" if isinstance(completed_by, int) else None
