"""What people and runs leave in a library beside its documents: refusals, verdicts, corrections, saved searches, run cards."""

from dataclasses import dataclass, field
from typing import Any

from index.filters import Filters


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken in: the hash of its content when it was refused, and why."""

    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's word on one requirement against one local plan.

    It is kept by the two documents' titles and the requirement's text, so that it outlives parsing again; `match_text`
    is the statement the reviewer picked in place of the machine's. `machine_status` is what the machine said then.
    `at` is ISO 8601 in UTC; the library fills in an empty one.
    """

    source_id: str
    local_id: str
    requirement_text: str
    status: str
    by: str
    note: str = ""
    match_text: str | None = None
    machine_status: str | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A coder's tag in place of the machine's, kept by the text of the statement, so that it outlives parsing again.

    `field` is what is corrected ("element", "sectors", "instruments", "stringency", "targets", "actors", "labels", or a fact
    of a document, whose id then stands in place of a text);
    `value` is plain data as in the export. `machine_value` is what stood there.
    """

    text: str
    field: str
    value: Any
    by: str
    machine_value: Any = None
    statement_id: str | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query with its filters under a name; `seen_generation` is the library's when its owner last looked."""

    name: str
    query: str
    filters: Filters = field(default_factory=Filters)
    seen_generation: int = 0
    saved_at: str = ""
    seen_at: str = ""


@dataclass(frozen=True, slots=True)
class RunCard:
    """What made something: versions, hashes and settings as plain data, under an id made of them."""

    id: str
    kind: str
    card: dict[str, Any]
    at: str = ""
