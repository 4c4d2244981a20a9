"""A source plan's requirements held against local plans: what each takes up, weakens, exceeds or leaves out."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.alignment import Rarity, Side, rarity_in, read_side, weigh_evidence, without_bodies
from analysis.answering import answer_encoder
from analysis.coverage import Coverage, Judgement, load_judge, pairing_of
from analysis.ladder import Relation, Rung, climb, relation_of, same_level
from analysis.phrases import phrase
from analysis.scope import Scope, foreign_scope
from analysis.wording import is_weaker, norm, verbatim_share
from domain.codebook import Element
from domain.document import Facts
from domain.errors import NotFoundError
from domain.statement import Statement
from domain.target import Target
from index import Filters, Library, Verdict, passage_text
from ingest.sentence import is_duty

REQUIREMENTS = (Element.PRINCIPLE, Element.GOAL, Element.MEASURE)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Match:
    """A local statement that answers a requirement; `score` is in 0..1."""

    statement: Statement
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of the source against one local plan.

    `matches` are the nearest statements, also when missing; `scope` says for whom the requirement is meant where that
    leaves the plan's place out; `verdicts` are the last of each reviewer, oldest first.
    """

    source: Statement
    local: Facts
    status: Coverage
    confidence: float
    matches: tuple[Match, ...]
    rungs: tuple[Rung, ...]
    evidence: str
    scope: Scope | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The last word of a reviewer."""
        return self.verdicts[-1] if self.verdicts else None

    @property
    def verbatim(self) -> float:
        """The share of the requirement's wording that the best match has word for word, 0..1."""
        return verbatim_share(self.source.text, self.matches[0].statement.text) if self.matches else 0.0

    @property
    def is_weakened(self) -> bool:
        """Whether the best match takes the requirement up in less binding words."""
        return self.status is not Coverage.MISSING and is_weaker(self.matches[0].statement, self.source)

    @property
    def target_relation(self) -> Relation:
        """What the local targets ask for beside the requirement's; a goal without a number that is restated is equal."""
        if self.rungs or not self.matches:
            return relation_of(self.rungs)
        return Relation.EQUAL if is_restated(self.source, self.matches[0].statement) else Relation.NONE


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every requirement of a source against every local plan, locals in the order given, requirements in reading order.

    `only_local` holds, where `with_only_local` added it, what the local plans ask and the source does not: rows the other way
    round.
    """

    source: Facts
    locals: tuple[Facts, ...]
    rows: tuple[Row, ...]
    only_local: tuple[Row, ...] = ()

    def counts(self, local: Facts | None = None) -> dict[Coverage, int]:
        """How many requirements have each status, in one local plan or in all."""
        found = Counter(row.status for row in self.rows if local is None or row.local.id == local.id)
        return {status: found[status] for status in Coverage}

    def ladder(self) -> list[tuple[Target, dict[str, Rung]]]:
        """Each source target that a local one was held against, in reading order, with the rungs by local document."""
        steps: dict[tuple[str, Target], dict[str, Rung]] = {}
        for row in self.rows:
            for rung in row.rungs:
                steps.setdefault((row.source.id, rung.source), {})[row.local.id] = rung
        return [(target, rungs) for (_, target), rungs in steps.items()]

    def not_applicable(self, local: Facts | None = None) -> int:
        """How many of the missing requirements are meant for others, in one local plan or in all."""
        asked = (row for row in self.rows if local is None or row.local.id == local.id)
        return sum(row.status is Coverage.MISSING and row.scope is not None for row in asked)


def compare(
    library: Library,
    source_id: str,
    local_ids: Sequence[str],
    *,
    progress: Progress | None = None,
) -> Comparison:
    """Hold each local document against the source, whose principles, goals and measures are the requirements."""
    facts = {each.id: each for each in library.facts()}
    source, locals_ = facts[source_id], tuple(facts[i] for i in local_ids)
    asked = ask(library, source_id)
    rows = tuple(row for local in tell_each(locals_, progress) for row in compare_one(library, asked, source, local))
    return Comparison(source, locals_, rows)


def with_only_local(library: Library, comparison: Comparison, *, progress: Progress | None = None) -> Comparison:
    """A comparison with what its local plans have that the source has not: each is held the other way round."""
    source = comparison.source
    back = (
        row
        for local in tell_each(comparison.locals, progress)
        for row in compare_one(library, ask(library, local.id), local, source)
    )
    return replace(comparison, only_local=tuple(row for row in back if row.status is Coverage.MISSING))


def tell_each(locals_: Sequence[Facts], progress: Progress | None) -> Iterator[Facts]:
    """The local plans one after the other; `progress` hears of each before it, and of the end."""
    for done, local in enumerate(locals_):
        if progress:
            progress(done, len(locals_), local.title)
        yield local
    if progress and locals_:
        progress(len(locals_), len(locals_), "")


def part_of(comparison: Comparison, sections: Sequence[str]) -> Comparison:
    """The comparison narrowed to requirements under headings that have one of these words; whole where there is no word.

    Raises NotFoundError, naming the sections, where no requirement is left. Narrowed afterwards, since what is near is
    judged within the whole plan.
    """
    if not sections:
        return comparison
    rows = tuple(row for row in comparison.rows if any(word in h for h in row.source.heading_path for word in sections))
    if not rows:
        known = "; ".join(dict.fromkeys(section_of(row.source) for row in comparison.rows))
        raise NotFoundError(f"{', '.join(sections)}: no requirement stands under such a heading; sections are {known}")
    return replace(comparison, rows=rows)


def section_of(requirement: Statement) -> str:
    """The section of a requirement: the second level of its breadcrumb where there is one."""
    return next(iter(requirement.heading_path[1:2] or requirement.heading_path[:1]), "—")


@dataclass(frozen=True, slots=True)
class Asked:
    """The requirements of a source, made ready to be compared."""

    side: Side
    rarity: Rarity


def ask(library: Library, document_id: str) -> Asked:
    """The principles, goals and measures of a document as requirements; who is in charge, standing alone, asks for nothing."""
    asking = (s for s in body(library, document_id) if s.tags and s.tags.element in REQUIREMENTS)
    requirements = [s for s in asking if not is_duty(s.text)]
    rarity = rarity_in(requirements)
    return Asked(side_of(library, requirements, rarity), rarity)


def side_of(library: Library, statements: Sequence[Statement], rarity: Rarity) -> Side:
    """Statements of one document made ready to be compared."""
    bare = [without_bodies(s.text) for s in statements]
    headed = [passage_text(s.heading_path[-1:], text) for s, text in zip(statements, bare, strict=True)]
    vectors, alone = (library.text_vectors(statements, texts) for texts in (headed, bare))
    return read_side(statements, vectors, alone, answer_encoder().encode_passages(bare), rarity)


def compare_one(library: Library, asked: Asked, source: Facts, local: Facts) -> list[Row]:
    """A row for every requirement that is asked against one local plan."""
    side = side_of(library, body(library, local.id), asked.rarity)
    return rows_of(asked, side, source, local, said_of(library, source.id, local.id))


def rows_of(asked: Asked, side: Side, source: Facts, local: Facts, said: Mapping[str, tuple[Verdict, ...]]) -> list[Row]:
    """A row for every requirement against a local plan that is ready; `said` are the verdicts by normalised requirement."""
    requirements, comparable = asked.side.statements, same_level(source.level, local.level)
    judge = load_judge(pairing_of(asked.side, side))
    judgements = judge.judge(asked.side, side, weigh_evidence(asked.side, side), asked.rarity)
    return [
        row(requirement, local, side.statements, judgement, said.get(norm(requirement.text), ()), comparable)
        for requirement, judgement in zip(requirements, judgements, strict=True)
    ]


def said_of(library: Library, source_id: str, local_id: str) -> dict[str, tuple[Verdict, ...]]:
    """The last verdict of each reviewer on each requirement of a pair, oldest first, by the requirement's normalised text."""
    found: dict[str, tuple[Verdict, ...]] = {}
    for verdict in library.verdicts(source_id, local_id):
        key = norm(verdict.requirement_text)
        found[key] = (*found.get(key, ()), verdict)
    return found


def row(
    requirement: Statement,
    local: Facts,
    statements: Sequence[Statement],
    judgement: Judgement,
    verdicts: tuple[Verdict, ...],
    comparable: bool,
) -> Row:
    """The row of one requirement."""
    matches = tuple(Match(statements[i], score) for i, score in judgement.nearest)
    rungs: tuple[Rung, ...] = ()
    if requirement.tags and requirement.tags.targets:
        theirs = [target for match in matches if match.statement.tags for target in match.statement.tags.targets]
        rungs = climb(requirement.tags.targets, theirs, same_level=comparable, language=requirement.language)
    scope = foreign_scope(requirement.text, local)
    evidence = in_words(requirement, judgement, matches, rungs, scope)
    return Row(requirement, local, judgement.status, judgement.confidence, matches, rungs, evidence, scope, verdicts)


def is_restated(goal: Statement, statement: Statement) -> bool:
    """Whether a dated goal stands in another statement word for word."""
    dated = re.search(r"(19|20)\d\d", goal.text) and goal.tags is not None and goal.tags.element is Element.GOAL
    return bool(dated and norm(goal.text) in norm(statement.text))


def body(library: Library, document_id: str) -> list[Statement]:
    """The statements of a document, headings left out."""
    return list(library.statements(Filters(documents=(document_id,))))


def in_words(
    requirement: Statement, judgement: Judgement, matches: Sequence[Match], rungs: Sequence[Rung], scope: Scope | None
) -> str:
    """One line that says why the row has its status, in the language of the requirement."""
    language = requirement.language
    note = [phrase(language, "foreign", scope=scope.name(language))] if scope else []
    if not matches:
        return "; ".join([phrase(language, "nothing"), *note])
    best = matches[0]
    page = phrase(language, "page", page=best.statement.page) if best.statement.page else ""
    where = ", ".join(filter(None, [" > ".join(best.statement.heading_path[-2:]), page])) or phrase(language, "body")
    shared = phrase(language, "shared", words=", ".join(judgement.shared)) if judgement.shared else ""
    said = phrase(language, judgement.status.value, score=f"{best.score:.2f}", where=where, shared=shared)
    weaker = judgement.status is not Coverage.MISSING and is_weaker(best.statement, requirement)
    binding = [weakened(requirement, best.statement)] if weaker else []
    return "; ".join([said, *binding, *note, *(rung.reason for rung in rungs)])


def weakened(requirement: Statement, statement: Statement) -> str:
    """The clause that says how much less a statement binds than the requirement."""
    ours, theirs = (
        phrase(requirement.language, f"stringency_{s.tags.stringency}") if s.tags else "" for s in (requirement, statement)
    )
    return phrase(requirement.language, "weakened", ours=ours, theirs=theirs)
