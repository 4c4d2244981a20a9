"""Rules as data: each has an id, a pattern or terms, an example that it matches and one that it must not."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from domain.codebook import Language
from domain.errors import CodebookError

FOLDER = Path(__file__).parent / "rules"
KEPT_RULES = "rules"  # in a library's folder: rule files of its users, in place of the shipped ones of the same name
Answer = TypeVar("Answer", bound=Callable[..., Any])
_KEYS = {"id", "tag", "language", "pattern", "terms", "negative", "negative_terms", "example", "counter_example", "where", "note"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that speaks for `tag` where it is found, unless `negative` is found too.

    `language` is None for a rule of both languages; `where` names the part of a statement that it reads; `terms` are those
    that the pattern was made of.
    """

    id: str
    tag: str
    pattern: re.Pattern[str]
    negative: re.Pattern[str] | None
    language: Language | None
    where: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    terms: tuple[str, ...] = ()

    def find(self, text: str) -> str | None:
        """The words of `text` that speak for the tag, None where the rule is silent."""
        found = self.pattern.search(text)
        if found is None or (self.negative is not None and self.negative.search(text)):
            return None
        return found[0]


def load_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a TOML file in its order; CodebookError names the file and the rule id of the first broken one."""
    rules = tuple(_read_rule(path, number, entry) for number, entry in enumerate(read_toml(path).get("rule", []), start=1))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise CodebookError(f"{path.name}: rule {rule.id} is there twice; give each rule an id of its own")
        seen.add(rule.id)
    return rules


_remembered: list[Any] = []
_folders = [FOLDER]


def remembered(function: Answer) -> Answer:
    """The function with its answers kept until other rules are used."""
    kept: Any = lru_cache(maxsize=8192)(function)
    _remembered.append(kept)
    return kept  # type: ignore[no-any-return]  # lru_cache loses the signature


def use_rules(folder: Path | None) -> None:
    """Read the rules that stand in `folder` instead of the shipped file of the same name; None: the shipped ones alone.

    CodebookError names the file and the rule that is broken, or that fails its own examples; then nothing has changed.
    """
    for path in sorted(folder.glob("*.toml")) if folder else ():
        if not (FOLDER / path.name).exists():
            raise CodebookError(
                f"{path}: no rules are called so; known are {', '.join(sorted(p.name for p in FOLDER.glob('*.toml')))}"
            )
        for rule in load_rules(path):
            check_rule(path, rule)
    _folders[:] = [folder, FOLDER] if folder else [FOLDER]
    for kept in _remembered:
        kept.cache_clear()


@remembered
def bundled_rules(name: str, language: Language) -> tuple[Rule, ...]:
    """The rules of `name`.toml that hold for `language`: the shipped ones, unless others are used."""
    path = next(path for folder in _folders if (path := folder / f"{name}.toml").exists())
    return tuple(rule for rule in load_rules(path) if rule.language in (None, language))


def check_rule(path: Path, rule: Rule) -> None:
    """CodebookError if the rule misses one of its examples or finds one of its counter-examples."""
    for example in rule.examples:
        if rule.find(example) is None:
            raise CodebookError(f"{path.name}: rule {rule.id} does not match its own example {example!r}")
    for example in rule.counter_examples:
        if rule.find(example) is not None:
            raise CodebookError(f"{path.name}: rule {rule.id} matches its own counter_example {example!r}")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file's content; CodebookError where it is missing, no UTF-8 or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CodebookError(f"{path}: there is no such file; give the path of a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CodebookError(f"{path}: not readable as TOML in UTF-8: {error}") from error


def terms_pattern(terms: Iterable[str]) -> str:
    """A pattern that finds any of `terms`, longest first; Latin terms only as whole words, a blank matches any white space."""
    parts = []
    for term in sorted(set(terms), key=lambda term: (-len(term), term)):
        words = r"\s+".join(re.escape(word) for word in term.split())
        left = r"(?<![A-Za-z])" if term[0].isascii() and term[0].isalpha() else ""
        right = r"(?:e?s)?(?![A-Za-z])" if term[-1].isascii() and term[-1].isalpha() else ""
        parts.append(left + words + right)
    return "|".join(parts)


def compile_pattern(path: Path, owner: str, pattern: str) -> re.Pattern[str]:
    """The compiled pattern, case ignored; CodebookError names file and `owner` (rule a, label b) where it is no expression."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise CodebookError(f"{path.name}: {owner}: {pattern!r} is no regular expression: {error}") from error


def _read_rule(path: Path, number: int, entry: Any) -> Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"].strip():
        raise CodebookError(f'{path.name}: rule number {number} has no id; give it one, for instance id = "zh-solar"')
    rule_id = entry["id"]
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise CodebookError(f"{path.name}: rule {rule_id}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    pattern = _read_pattern(path, rule_id, entry, "pattern", "terms")
    if pattern is None:
        raise CodebookError(f"{path.name}: rule {rule_id} has neither pattern nor terms; give it one of them")
    return Rule(
        id=rule_id,
        tag=str(entry.get("tag", "")),
        pattern=pattern,
        negative=_read_pattern(path, rule_id, entry, "negative", "negative_terms"),
        language=_read_language(path, rule_id, entry.get("language")),
        where=str(entry.get("where", "text")),
        examples=read_strings(path, f"rule {rule_id}", entry, "example"),
        counter_examples=read_strings(path, f"rule {rule_id}", entry, "counter_example"),
        terms=read_strings(path, f"rule {rule_id}", entry, "terms"),
    )


def _read_pattern(path: Path, rule_id: str, entry: dict[str, Any], pattern_key: str, terms_key: str) -> re.Pattern[str] | None:
    parts = list(read_strings(path, f"rule {rule_id}", entry, pattern_key))
    terms = read_strings(path, f"rule {rule_id}", entry, terms_key)
    if terms:
        parts.append(terms_pattern(terms))
    return compile_pattern(path, f"rule {rule_id}", "|".join(parts)) if parts else None


def read_strings(path: Path, owner: str, entry: dict[str, Any], key: str) -> tuple[str, ...]:
    """The string or list of strings under `key`, empty where the key is absent; CodebookError for anything else."""
    value = entry.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
        raise CodebookError(f"{path.name}: {owner}: {key} must be a text or a list of texts, none of them empty")
    return tuple(values)


def _read_language(path: Path, rule_id: str, value: object) -> Language | None:
    if value is None:
        return None
    try:
        return Language(str(value))
    except ValueError as error:
        known = ", ".join(Language)
        raise CodebookError(f"{path.name}: rule {rule_id}: unknown language {value!r}; known are {known}") from error
