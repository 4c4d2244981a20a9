"""The title of a practice: the clauses of its best line that tell the action, in its own words."""

import re
from pathlib import Path

from analysis.patterns import pattern_in
from analysis.voice_rules import voices_in_words
from domain.codebook import Language
from domain.statement import Kind, Statement

NO_TITLE = Path(__file__).with_name("no_title.toml")
ASIDES = Path(__file__).with_name("asides.toml")
LONGEST = {Language.ZH: 40, Language.EN: 90}  # characters of a title; whole clauses
ENOUGH = {Language.ZH: 10, Language.EN: 30}  # from here on a long clause may be left out
SHORTEST = {Language.ZH: 6, Language.EN: 20}  # less tells no action
NUMBER = re.compile(
    r"^\s*(?:(?:[A-Z]{1,2}-?)?\d{1,3}(?:\.\d{1,3})+\.?(?=\s)|[A-Z]{1,2}-?\d{1,2}[.:]"
    r"|[（(\[【]?(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[a-zA-Z]|[ivx]{2,4})[）)\]】、.．:：](?!\d)"
    r"|第[一二三四五六七八九十\d]+[章节条]|[—\-–•·●▪○①-⑳*]+)\s*"
)
LABEL = re.compile(  # "Objective 3 (lt) ::", "一是"
    r"^(?:[A-Z][\w#.&/() -]{0,30}?\s*::?\s+(?=[A-Z])|(?:And|So|But|Also|Thus|As an example),?\s+"
    r"|[一二三四五六]是|(?:首先|其次|再次|最后|同时|此外|另外)，?|[^，。；：]{2,8}：(?=[^，。；]{4}))"
)
COMMA = {Language.ZH: re.compile(r"(?<=[，；。：])"), Language.EN: re.compile(r"(?<=[,;])(?=\s)")}
CLAUSE = {
    Language.ZH: COMMA[Language.ZH],
    Language.EN: re.compile(
        r"(?<=;)(?=\s)|(?<=[.])(?=\s+[A-Z])|(?<=\w)(?=\s(?:and|but) (?:to|is|are|was|were|has|have|had|will|can)\b)"
        r"|(?<=,)(?=\s(?:and|but|or|which|who|whose|including|such|while|with|so|as|where|by|in|through|\w+ing|\w+ed)\b)"
    ),
}
GOES_ON = re.compile(r"^\s*(?:and|or|but|to|which|who|including)\b")  # no sentence of its own
PREDICATE = re.compile(
    r"^(?:一律)?(?:需|须|必须|应(?![用对急])|要(?!素)|不得|方可|不予)"
)  # says what holds for the clause before it
_WITHIN = r"(?:[^（()）]|[（(][^（()）]{1,20}[）)])*"
BRACKET = re.compile(
    rf"[（(](?:责任|牵头|配合|Lead|Timeline|由)?{_WITHIN}(?:单位|牵头|配合|负责|局|委|Lead|Timeline){_WITHIN}[）)]?\s*[。.]?$"
)
WHOLE = {
    Language.ZH: re.compile(r"^(?![的和与及、，。；）)”等了]|该|此|其(?!中)|上述|这|对此|以上|有关|本项)[^\t]*[。！？；…”）)]$"),
    Language.EN: re.compile(
        r"^(?!(This|These|Those|That|It|Its|They|Their|Such|Both|He|She|Another|Other|Some|There|Here|However|Beginning|Following)\b)(?!(\w+\W+){1,5}also\b)[A-Z\d\"“][^\t]*[.!?;)”\"]$"
    ),
}


def is_whole(statement: Statement) -> bool:
    """Whether a statement can stand alone: a sentence from its beginning to its end that leans on none before it."""
    if statement.kind is Kind.ROW:
        return False
    text = plain(statement.text, statement.language)
    if statement.kind is Kind.ITEM and voices_in_words(text, statement.language):
        text += "。" if statement.language is Language.ZH else "."
    return len(text) >= SHORTEST[statement.language] and bool(WHOLE[statement.language].search(text))


def actions_in(text: str, language: Language) -> tuple[str, ...]:
    """The titles that a text may have which name an action: no state or number reached, more than what leads up to one."""
    return tuple(title for title in wordings(text, language) if is_action(title, language))


def is_action(title: str, language: Language) -> bool:
    """Whether a title names an action."""
    return pattern_in(NO_TITLE, title) is None and not is_aside(COMMA[language].split(title, maxsplit=1)[0])


def plain(text: str, language: Language) -> str:
    """A text without number, bullet and bracket of those in charge; Chinese without spaces."""
    text = re.sub(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])", "", text) if language is Language.ZH else text
    while (shorter := LABEL.sub("", NUMBER.sub("", text))) != text:
        text = shorter
    return re.sub(r"\s+", " ", BRACKET.sub("", text)).strip()


def shorten(text: str, language: Language) -> str:
    """The leading clauses that tell the action, without what leads up to it."""
    return wordings(text, language)[0]


def wordings(text: str, language: Language) -> tuple[str, ...]:
    """The titles that a text may have, each whole clauses of it: from the first clause that tells an action, and from later ones.

    From each as many clauses as a title holds, then as few. An English clause behind a comma seldom stands alone, so English
    text begins at one.
    """
    text = plain(text, language)
    starts = [0, *(found.end() for found in COMMA[language].finditer(text))]
    rests = [text[start:].strip() for start in starts]
    begin = [rest for rest in rests if is_beginning(rest, language)] or rests[:1]
    chosen = begin if language is Language.ZH else begin[:1]
    whole = [title_from(rest, LONGEST[language], language) for rest in chosen]
    return tuple(dict.fromkeys([*whole, *(title_from(rest, 0, language) for rest in chosen)]))


def is_beginning(rest: str, language: Language) -> bool:
    """Whether a title may begin here: the clause does not lead up to another one and is not the tail of one."""
    first = COMMA[language].split(rest, maxsplit=1)[0]
    return len(rest) >= SHORTEST[language] and not is_aside(first) and not GOES_ON.search(rest) and not PREDICATE.search(rest)


def title_from(text: str, longest: int, language: Language) -> str:
    """Whole clauses from the beginning of a text: as many as tell an action, and more while they are not too long."""
    kept: list[str] = []
    for clause in CLAUSE[language].split(text):
        title = "".join(kept)
        full = is_enough(title, language) and len(title) + len(clause) > longest and not PREDICATE.search(clause)
        if full or (is_enough(title, language) and title[-1] in "。；;."):
            break
        kept.append(clause)
    while len(kept) > 1 and is_aside(kept[-1]):
        kept.pop()
    title = "".join(kept).strip(" ，；。：,;.:")
    limit = LONGEST[language] * 2
    title = title if len(title) <= limit else title[:limit].rsplit(" ", 1)[0] + "…"
    return title[:1].upper() + title[1:]


def is_enough(title: str, language: Language) -> bool:
    """Whether a title may end here: it is long enough, and no quotation is open."""
    return len(title) >= ENOUGH[language] and title.count("“") == title.count("”")


def is_aside(clause: str) -> bool:
    """Whether a clause leads up to an action without being it."""
    return pattern_in(ASIDES, clause.rstrip("，,；;：:")) is not None
