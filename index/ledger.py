"""The ledger: what files, people and runs leave in a library beside its documents. SQL of its own tables only."""

import json
from datetime import UTC, datetime

from domain.errors import NotFoundError
from index.catalogue import Catalogue
from index.filters import Filters
from index.records import Correction, Refusal, RunCard, SavedSearch, Verdict
from index.rows import text_key, to_json


class Ledger:
    """Sources, refusals, verdicts, corrections, saved searches and run cards of a catalogue; nothing is overwritten in silence:
    verdicts and corrections are only ever added, the last of each author counts."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def sources(self) -> dict[str, str]:
        """Content hash of every file that was taken in, by path."""
        return dict(self._catalogue.query("SELECT path, digest FROM source ORDER BY path"))

    def source_of(self, document_id: str) -> str | None:
        """The first path by which a document was taken in."""
        found = self._catalogue.query("SELECT path FROM source WHERE document_id = ? ORDER BY path", (document_id,))
        return found[0][0] if found else None

    def record_source(self, path: str, digest: str, document_id: str) -> None:
        """Remember that a file was taken in; an earlier refusal of it is forgotten."""
        with self._catalogue.write() as connection:
            connection.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?)", (path, digest, document_id))
            connection.execute("DELETE FROM refusal WHERE path = ?", (path,))

    def refusals(self) -> dict[str, Refusal]:
        """Files that were refused, by path."""
        rows = self._catalogue.query("SELECT path, digest, reason FROM refusal ORDER BY path")
        return {path: Refusal(digest, reason) for path, digest, reason in rows}

    def record_refusal(self, path: str, digest: str, reason: str) -> None:
        """Remember that a file was refused."""
        with self._catalogue.write() as connection:
            connection.execute("INSERT OR REPLACE INTO refusal VALUES (?, ?, ?)", (path, digest, reason))

    def verdicts(self, source_id: str, local_id: str) -> list[Verdict]:
        """The last verdict of each author on each requirement, oldest first, on these documents or earlier ones so titled."""
        title = "(SELECT json_extract(facts, '$.title') FROM document WHERE id = :{})"
        rows = self._catalogue.query(
            "SELECT requirement_text, status, author, note, match_text, machine_status, at, requirement FROM verdict"
            f" WHERE (source_id = :source OR source_title = {title.format('source')})"
            f" AND (local_id = :local OR local_title = {title.format('local')}) ORDER BY number",
            {"source": source_id, "local": local_id},
        )
        last: dict[tuple[str, str], Verdict] = {}
        for text, status, by, note, match_text, machine_status, at, key in rows:
            last.pop((key, by), None)
            last[key, by] = Verdict(source_id, local_id, text, status, by, note, match_text, machine_status, at)
        return list(last.values())

    def reviewed(self) -> list[tuple[str, str]]:
        """The (source, local) pairs of documents on which there are verdicts."""
        return self._catalogue.query("SELECT DISTINCT source_id, local_id FROM verdict ORDER BY source_id, local_id")

    def record_verdict(self, verdict: Verdict) -> None:
        """Add a verdict."""
        with self._catalogue.write() as connection:
            titles = [
                (
                    connection.execute("SELECT json_extract(facts, '$.title') FROM document WHERE id = ?", (id,)).fetchone()
                    or ("",)
                )[0]
                for id in (verdict.source_id, verdict.local_id)
            ]
            connection.execute(
                "INSERT INTO verdict (source_id, source_title, local_id, local_title, requirement, requirement_text, status,"
                " author, note, match_text, machine_status, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    verdict.source_id,
                    titles[0],
                    verdict.local_id,
                    titles[1],
                    text_key(verdict.requirement_text),
                    verdict.requirement_text,
                    verdict.status,
                    verdict.by,
                    verdict.note,
                    verdict.match_text,
                    verdict.machine_status,
                    verdict.at or now(),
                ),
            )

    def corrections(self, text: str | None = None) -> list[Correction]:
        """The last correction of each author to each field of each text (or of one), oldest first."""
        condition, values = ("WHERE statement_text = ?", (text_key(text),)) if text is not None else ("", ())
        rows = self._catalogue.query(
            "SELECT text, field, value, author, machine_value, statement_id, at, statement_text FROM correction"
            f" {condition} ORDER BY number",
            values,
        )
        last: dict[tuple[str, str, str], Correction] = {}
        for written, field, value, by, machine_value, statement_id, at, key in rows:
            last.pop((key, field, by), None)
            last[key, field, by] = Correction(written, field, json.loads(value), by, json.loads(machine_value), statement_id, at)
        return list(last.values())

    def record_correction(self, correction: Correction) -> None:
        """Add a correction."""
        self.record_corrections([correction])

    def record_corrections(self, corrections: list[Correction]) -> None:
        """Add corrections, all or none."""
        with self._catalogue.write() as connection:
            connection.executemany(
                "INSERT INTO correction (statement_text, text, field, value, author, machine_value, statement_id, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        text_key(each.text),
                        each.text,
                        each.field,
                        to_json(each.value),
                        each.by,
                        to_json(each.machine_value),
                        each.statement_id,
                        each.at or now(),
                    )
                    for each in corrections
                ),
            )

    def saved_searches(self) -> list[SavedSearch]:
        """By name."""
        rows = self._catalogue.query(
            "SELECT name, query, filters, seen_generation, saved_at, seen_at FROM saved_search ORDER BY name"
        )
        return [SavedSearch(name, query, Filters(**json.loads(filters)), *rest) for name, query, filters, *rest in rows]

    def saved_search(self, name: str) -> SavedSearch:
        """The one of that name; raises NotFoundError with the known names."""
        saved = {search.name: search for search in self.saved_searches()}
        if name not in saved:
            raise NotFoundError(f"saved search {name!r} is not in the library; known: {', '.join(saved) or 'none yet'}")
        return saved[name]

    def save_search(self, search: SavedSearch) -> None:
        """Keep a search under its name, in place of an earlier one."""
        filters = to_json({name: getattr(search.filters, name) for name in Filters.__slots__})
        with self._catalogue.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO saved_search VALUES (?, ?, ?, ?, ?, ?)",
                (search.name, search.query, filters, search.seen_generation, search.saved_at or now(), search.seen_at or now()),
            )

    def forget_search(self, name: str) -> None:
        """Take a saved search away."""
        self.saved_search(name)
        with self._catalogue.write() as connection:
            connection.execute("DELETE FROM saved_search WHERE name = ?", (name,))

    def runs(self, kind: str | None = None) -> list[RunCard]:
        """Run cards, oldest first."""
        rows = self._catalogue.query("SELECT id, kind, card, at FROM run ORDER BY at, id")
        return [RunCard(id, what, json.loads(card), at) for id, what, card, at in rows if kind in (None, what)]

    def record_run(self, run: RunCard) -> None:
        """Keep a run card."""
        with self._catalogue.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?)", (run.id, run.kind, to_json(run.card), run.at or now())
            )


def now() -> str:
    """This moment, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
