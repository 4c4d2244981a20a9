"""What a place is like: a row of the register of pilots, or of a table of a user's own."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from domain.errors import PilotlightError
from domain.place import full_name, place_named

NEEDED = ("name_zh", "kind", "province", "profile")
OWN_PROFILES = "profiles.csv"  # beside documents, and in the folder of the library that took it in


@dataclass(frozen=True, slots=True)
class Profile:
    """What a place is like; `traits` are words such as coal_resource or cold_region.

    `name` is its full name, which tells it from namesakes: 长春市朝阳区 where the table has 朝阳区 of 吉林省.
    """

    name: str
    name_en: str
    kind: str
    province: str
    traits: frozenset[str]


def read_profiles(path: Path) -> tuple[Profile, ...]:
    """The profiles of a register; raises PilotlightError that names the line and column that is wrong."""
    return parse_profiles(path.read_bytes(), str(path))


def parse_profiles(content: bytes, name: str) -> tuple[Profile, ...]:
    """The profiles of a table in UTF-8 or GB18030, as Excel writes them; raises PilotlightError with the file's name."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise PilotlightError(f"{name}, line {line}: the file is no text in UTF-8; save it as CSV UTF-8") from error
    reader = csv.DictReader(StringIO(text, newline=""))
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise PilotlightError(f"{name}, line 1: column {missing[0]} is missing; expected {', '.join(NEEDED)}")
    profiles: dict[str, Profile] = {}
    for row in reader:
        where = f"{name}, line {reader.line_num}"
        profile = read_profile(row, where)
        if profile.name in profiles:
            again = f"{where}: column name_zh has {profile.name} a second time"
            raise PilotlightError(f"{again}; name each place once, namesakes with their city")
        profiles[profile.name] = profile
    return tuple(profiles.values())


def read_profile(row: dict[str, str], where: str) -> Profile:
    """One row of a register."""
    if None in row:
        raise PilotlightError(f"{where}: more cells than columns; put a cell with a comma in quotation marks")
    for name in ("name_zh", "kind", "province"):
        if not (row[name] or "").strip():
            raise PilotlightError(f"{where}: column {name} is empty")
    if row["kind"] not in ("city", "park"):
        raise PilotlightError(f"{where}: column kind is {row['kind']!r}; expected city or park")
    traits = frozenset(part.strip() for part in (row["profile"] or "").split(";") if part.strip())
    name, province = row["name_zh"].strip(), row["province"].strip()
    place = place_named(name) or place_named(f"{province}{name}")
    return Profile(full_name(place) if place else name, (row.get("name_en") or "").strip(), row["kind"], province, traits)


def keep_profiles(folder: Path, table: Path) -> None:
    """Take a table into a library's own; what it says of a place replaces what was said. Raises PilotlightError."""
    own = folder / OWN_PROFILES
    before = read_profiles(own) if own.exists() else ()
    kept = {profile.name: profile for profile in (*before, *read_profiles(table))}
    if tuple(kept.values()) != before:
        aside = own.with_suffix(".new")
        with aside.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("name_zh", "name_en", "kind", "province", "profile"))
            for each in kept.values():
                writer.writerow((each.name, each.name_en, each.kind, each.province, ";".join(sorted(each.traits))))
        aside.replace(own)
