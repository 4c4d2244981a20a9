"""Whether a practice is urged, planned or reported: three things that reports and plans mix."""

import numpy as np

from analysis.parts import Part, part_of
from analysis.voice_model import Passage, voice_scores
from analysis.voice_rules import Voice, voices_in_words
from domain.codebook import Element
from domain.document import Facts
from domain.statement import Statement

__all__ = ["Voice", "voice_of", "voices_in_words"]

# What a tag of full certainty adds to the log-odds of (reported, planned, urged). Set by hand, as the coded passages bear
# no tags.
PRIORS = {
    Element.PRACTICE: (4.0, 0.0, 0.0),
    Element.OUTCOME: (4.0, 0.0, 0.0),
    Element.GOAL: (-2.0, 2.5, 0.0),
    Element.MEASURE: (-2.0, 0.0, 0.0),
    Element.PRINCIPLE: (-2.0, 0.0, 0.0),
}
# The same of the part of a report that a statement stands in: a bare verb under 主要做法 tells what was done.
PART_PRIORS = {
    Part.APPROACH: (3.5, 0.0, 0.0),
    Part.RESULTS: (3.5, 0.0, 0.0),
    Part.LESSONS: (0.0, 0.0, 2.0),
    Part.NEXT: (-1.0, 2.0, 0.0),
}
NEITHER = (0.0, 0.0, 0.0)
CONTRADICTED = 0.3  # share of it that stays where the words urge: a plain exhortation is none of what was done


def voice_of(statement: Statement, facts: Facts) -> Voice:
    """The likeliest voice of a tagged statement by its words, whose document and what part it stands in, and its element.

    Raises ValueError for a statement without tags.
    """
    tags = statement.tags
    if tags is None:
        raise ValueError(f"statement {statement.id} has not been tagged")
    shares = voice_scores(Passage(statement.text, statement.language, facts.genre, facts.level))
    prior = tags.element_score * np.array(PRIORS.get(tags.element, NEITHER))
    if prior[0] > 0 and any(rule.tag == Voice.URGED for rule in voices_in_words(statement.text, statement.language)):
        prior *= CONTRADICTED
    part = part_of(statement.heading_path)
    prior = prior + np.array(PART_PRIORS.get(part, NEITHER) if part else NEITHER)
    return list(Voice)[int(np.argmax(np.log(shares + 1e-6) + prior))]
