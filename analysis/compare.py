"""A source plan's requirements held against local plans: what each takes up, weakens, exceeds or leaves out."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.alignment import weigh_evidence
from analysis.coverage import Coverage, Judge, Judgement, load_judge
from analysis.gold import norm
from analysis.ladder import Relation, Rung, climb, relation_of, same_level
from analysis.phrases import phrase
from domain.codebook import Element, Language
from domain.document import Facts
from domain.statement import Statement
from index import Filters, Library, Verdict
from index.encoder import Vectors

REQUIREMENTS = (Element.PRINCIPLE, Element.GOAL, Element.MEASURE)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Match:
    """A local statement that answers a requirement; `score` is in 0..1."""

    statement: Statement
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of the source against one local plan; `matches` are the nearest statements, also when missing."""

    source: Statement
    local: Facts
    status: Coverage
    confidence: float
    matches: tuple[Match, ...]
    rungs: tuple[Rung, ...]
    evidence: str
    verdict: Verdict | None = None

    @property
    def target_relation(self) -> Relation:
        """What the local targets ask for beside the requirement's; a goal without a number that is restated is equal."""
        if self.rungs or not self.matches:
            return relation_of(self.rungs)
        return Relation.EQUAL if is_restated(self.source, self.matches[0].statement) else Relation.NONE


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every requirement of a source against every local plan, locals in the order given, requirements in reading order."""

    source: Facts
    locals: tuple[Facts, ...]
    rows: tuple[Row, ...]

    def counts(self, local: Facts | None = None) -> dict[Coverage, int]:
        """How many requirements have each status, in one local plan or in all."""
        found = Counter(row.status for row in self.rows if local is None or row.local.id == local.id)
        return {status: found[status] for status in Coverage}


def compare(
    library: Library, source_id: str, local_ids: Sequence[str], *, judge: Judge | None = None, progress: Progress | None = None
) -> Comparison:
    """Hold each local document against the source, whose principles, goals and measures are the requirements."""
    facts = {each.id: each for each in library.facts()}
    requirements = [s for s in body(library, source_id) if s.tags and s.tags.element in REQUIREMENTS]
    vectors = library.vectors([r.id for r in requirements])
    judge = judge or load_judge()
    rows: list[Row] = []
    for done, local_id in enumerate(local_ids):
        if progress:
            progress(done, len(local_ids), facts[local_id].title)
        rows += compare_one(library, requirements, vectors, facts[source_id], facts[local_id], judge)
    return Comparison(facts[source_id], tuple(facts[i] for i in local_ids), tuple(rows))


def compare_one(
    library: Library, requirements: Sequence[Statement], vectors: Vectors, source: Facts, local: Facts, judge: Judge
) -> list[Row]:
    """A row for every requirement against one local plan; `vectors` are the requirements', shape (requirements, dim)."""
    statements = body(library, local.id)
    evidence = weigh_evidence(requirements, statements, vectors, library.vectors([s.id for s in statements]))
    judgements = judge.judge(requirements, statements, evidence)
    verdicts = {verdict.requirement_text: verdict for verdict in library.verdicts(source.id, local.id)}
    comparable = same_level(source.level, local.level)
    return [
        row(requirement, local, statements, judgement, verdicts.get(requirement.text), comparable)
        for requirement, judgement in zip(requirements, judgements, strict=True)
    ]


def row(
    requirement: Statement,
    local: Facts,
    statements: Sequence[Statement],
    judgement: Judgement,
    verdict: Verdict | None,
    comparable: bool,
) -> Row:
    """The row of one requirement."""
    matches = tuple(Match(statements[i], score) for i, score in judgement.nearest)
    rungs: tuple[Rung, ...] = ()
    if requirement.tags and requirement.tags.targets:
        theirs = [target for match in matches if match.statement.tags for target in match.statement.tags.targets]
        rungs = climb(requirement.tags.targets, theirs, same_level=comparable, language=requirement.language)
    return Row(
        requirement,
        local,
        judgement.status,
        judgement.confidence,
        matches,
        rungs,
        in_words(judgement, matches, rungs, requirement.language),
        verdict,
    )


def is_restated(goal: Statement, statement: Statement) -> bool:
    """Whether a dated goal stands in another statement word for word."""
    dated = re.search(r"(19|20)\d\d", goal.text) and goal.tags is not None and goal.tags.element is Element.GOAL
    return bool(dated and norm(goal.text) in norm(statement.text))


def body(library: Library, document_id: str) -> list[Statement]:
    """The statements of a document, headings left out."""
    return list(library.statements(Filters(documents=(document_id,))))


def in_words(judgement: Judgement, matches: Sequence[Match], rungs: Sequence[Rung], language: Language) -> str:
    """One line that says why the row has its status, in the language of the requirement."""
    if not matches:
        return phrase(language, "nothing")
    best = matches[0]
    page = phrase(language, "page", page=best.statement.page) if best.statement.page else ""
    where = ", ".join(filter(None, [" > ".join(best.statement.heading_path[-2:]), page])) or phrase(language, "body")
    shared = phrase(language, "shared", words=", ".join(judgement.shared)) if judgement.shared else ""
    said = phrase(language, judgement.status.value, score=f"{best.score:.2f}", where=where, shared=shared)
    return "; ".join([said, *(rung.reason for rung in rungs)])
