"""What a document is cited by, read from its text."""

import re
import tomllib
from functools import cache
from itertools import takewhile
from pathlib import Path, PurePath

from domain.codebook import Genre, Language, Level
from domain.document import Facts
from domain.place import find_place, find_places
from ingest.block import Block, Reading
from ingest.characters import han_share
from ingest.date import is_date, is_period, read_date, read_period
from ingest.imprint import english_date, english_issuer
from ingest.numbering import read_mark
from ingest.title import issued_title

GENRES = Path(__file__).with_name("genres.toml")
HEAD = 30  # blocks in which a document says what it is
NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Z]{1,16}?)\s*[〔\[【（(﹝［]\s*((?:19|20)\d\d)\s*[〕\]】)）﹞］]\s*第?\s*(\d{1,5})\s*([号期])"
)
ENGLISH_NUMBER = re.compile(
    r"\b(?:[A-Z]\w+ )?(?:Resolution|Ordinance|Document|Paper|paper|Report|Bill|Circular|Decision|Regulation)\s+(?:No\.?\s*)?"
    r"[A-Z]{0,4}[/-]?\d[\w/-]*(?: of (?:19|20)\d\d)?"
)
CRAWLED_NUMBER = re.compile(r"^[（(]?([\u4e00-\u9fff]{2,8})((?:19|20)\d\d)(\d{1,4})号[）)]?$")
PRINTED = re.compile(r"印发$|印发\s*[）)]?$|^[\u4e00-\u9fff]+(?:办公室|办公厅|局)\s*(?:20)\d\d年.*印发")
BODY = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|委员会(?:办公厅|办公室)?|国务院(?:办公厅)?|中共中央(?:办公厅)?|党委|[省市区县州盟旗]委|[省市区县州盟旗]政府|办公厅|办公室|[厅局部委院署司会所]|银行|公司|管委会|集团|领导小组)$"
)
BODY_BORDER = re.compile(
    r"(?<=[局厅部委会室院署])(?!员会)(?=(?:国家|中国|国务院|国管|中直|生态环境|工业和|住房|交通运|财政|商务|农业|科技|科学技|教育|水利|自然资|市场监|发展"
    r"|[\u4e00-\u9fff]{2,3}(?:省|市|区|县)(?!场|委|政)|[\u4e00-\u9fff]{2,6}自治区|[省市](?:政府|(?![委政])[\u4e00-\u9fff]))[\u4e00-\u9fff]*)"
)
ISSUER = re.compile(r"^(.{2,60}?)(?:关于|印发|转发|贯彻落实|出台|发布)")
NATIONAL = re.compile(
    r"国务院|中共中央|国家|全国|中华人民共和国|生态环境部|工业和信息化部|住房和?城乡建设部|交通运输部|科技部|财政部|农业农村部|自然资源部|商务部"
    r"|教育部|水利部|人民银行|发展改革委(?!员会)|国管局|中国"
)
SUFFIX_LEVELS = {
    "省": Level.PROVINCE,
    "自治区": Level.PROVINCE,
    "园区": Level.PARK,
    "开发区": Level.PARK,
    "高新区": Level.PARK,
    "示范区": Level.PARK,
    "市": Level.CITY,
    "州": Level.CITY,
    "盟": Level.CITY,
    "县": Level.COUNTY,
    "旗": Level.COUNTY,
    "区": Level.COUNTY,
}
UNKNOWN_PLACE = re.compile(
    r"((?!关于|推进|推动|深入|加快|国家|全国|支持|促进|城市|各)[\u4e00-\u9fff]{2,4}?"
    r"(?:自治区|省|市|县|州|盟|旗|[\u4e00-\u9fff]{0,6}?(?:园区|开发区|高新区|示范区)|区))(?!场|域|长|别|级|块|间|政|委)"
)
PARK = re.compile(r"园区|开发区|高新区|自贸试验区|自由贸易试验区|产业园|新区管委会|工业园")
NO_NAME = "(?!(?:Sustainab|Energy|Climate|Action|Green|Plan|Mitigation|Master|Environment|Resilien|Carbon|Strateg|Adaptation)"
NAME = rf"{NO_NAME})[A-Z][\w'’]+(?:[ -]{NO_NAME})[A-Z][\w'’]+)?"
CITY = re.compile(rf"\b(?:City|Town|Village|County|CITY|COUNTY) (?:of|OF) ({NAME})|^({NAME}), [A-Z]{{2}}\b")
IN_COUNTY = re.compile(rf"\b({NAME}) C(?:ounty|OUNTY)\b")
PARTY = re.compile(r"(?i:contribution|NDC)\)?\W+(?:\(NDC\) )?(?i:of) (?:(?i:the) )?([A-Z][\w-]+(?: [A-Z][\w-]+)*)")
COUNTRY = re.compile(r"\b([A-Z][\w-]+(?: [A-Z][\w-]+)?)[’']\s?[sS]\b.{0,40}(?i:nationally\W+determined\W+contribution)")


def find_facts(
    reading: Reading, blocks: list[Block], heading: str | None, document_id: str, source_file: str, language: Language
) -> Facts:
    """The facts of a document with this `heading`; what its file says of itself stands in where its text is silent."""
    head = blocks[:HEAD]
    stem = re.sub(r"^\d+\s*[、.]\s*", "", PurePath(source_file).stem).strip()
    title = issued_title(heading, head) if heading else reading.hints.get("title") or stem
    chinese = language is Language.ZH
    issuer = (find_issuer(heading or stem, blocks) if chinese else None) or reading.hints.get("issuer")
    place, code, level = find_level(title if heading else "", issuer, stem, language, blocks)
    issuer = with_place(issuer, place) if chinese else issuer or english_issuer(blocks, title, place)
    return Facts(
        document_id,
        source_file,
        title,
        language,
        find_number(blocks) or reading.hints.get("number"),
        issuer,
        (find_date(blocks) if chinese else english_date(blocks, stem)) or reading.hints.get("date"),
        find_genre(heading or title) or find_genre(title) or find_genre(stem),
        level,
        place,
        code,
        read_period(title)
        or read_period(stem)
        or next((read_period(each.text) for each in head[:6] if is_period(each.text)), None),
    )


@cache
def genre_rules() -> tuple[tuple[re.Pattern[str], Genre], ...]:
    """The rules of genres.toml, in order."""
    with GENRES.open("rb") as stream:
        return tuple((re.compile(rule["pattern"]), Genre(rule["genre"])) for rule in tomllib.load(stream)["genre"])


def find_genre(title: str) -> Genre | None:
    """The form of a document by its title."""
    return next((genre for pattern, genre in genre_rules() if pattern.search(title)), None)


def find_number(blocks: list[Block]) -> str | None:
    """The 文号 on a line of its own or behind the title, its brackets written as 〔〕; not those that the text cites."""
    for block in [*blocks[:HEAD], *blocks[-12:]]:
        text = re.sub(r"\s+", "", block.text)
        found = NUMBER.search(text)
        if (
            found
            and (len(text) <= len(found[0]) + 12 or text.endswith(("通知" + found[0], f"（{found[0]}）")))
            and len(text) < 90
        ):
            return f"{_after_title(found[1])}〔{found[2]}〕{'第' if found[4] == '期' else ''}{found[3]}{found[4]}"
        crawled = CRAWLED_NUMBER.match(text)
        if crawled:
            return f"{crawled[1]}〔{crawled[2]}〕{crawled[3]}号"
    for block in blocks[:12]:
        english = ENGLISH_NUMBER.search(block.text)
        if english and len(block.text) < 90:
            return english[0].strip(" .,")
    return None


def _after_title(prefix: str) -> str:
    return re.split(r"通知|意见|方案|文件|文号", prefix)[-1]


def find_issuer(title: str, blocks: list[Block]) -> str | None:
    """The bodies that issued the document: those that its title names, else those that sign above the date."""
    named = ISSUER.match(title)
    if named and han_share(title) >= 0.5:
        bodies = re.sub(r"[\s、]+", " ", named[1]).strip()
        if BODY.search(bodies):
            return _apart(bodies)
    head = blocks[:HEAD]
    for at, block in enumerate(blocks):
        if at and is_date(block.text) and (at < HEAD or at > len(blocks) - HEAD):
            signers = []
            for other in reversed(blocks[max(0, at - 12) : at]):
                text = re.sub(r"\s+", "", other.text)
                if len(text) > 40 or not BODY.search(text) or read_mark(text):
                    break
                signers.append(re.sub(r"(?<=[委厅局部院署行])\s+", " ", other.text.strip()))
            if signers:
                return _apart(" ".join(reversed(signers)))
    above = [block.text.strip() for block in head[:6]]
    heads = list(takewhile(lambda text: len(text) <= 30 and BODY.search(text) and not read_mark(text), above))
    if heads:
        return _apart(" ".join(heads))
    for block in head:
        text = block.text.removesuffix("文件").strip()
        if block.text.endswith("文件") and len(text) <= 30 and BODY.search(text):
            return text
    return None


def _apart(bodies: str) -> str:
    """Issuing bodies with a space between them where typesetting left none."""
    return BODY_BORDER.sub(" ", bodies)


def with_place(bodies: str | None, place: str | None) -> str | None:
    """The issuing bodies, those that the place's own papers name without it ("市财政局") named in full."""
    if not bodies or not place or place[-1] not in "省市区县":
        return bodies
    return " ".join(place + body[1:] if body[0] == place[-1] else body for body in bodies.split())


def find_date(blocks: list[Block]) -> str | None:
    """The day of issue: the date under the signature or the title; never the day of printing."""
    for block in [*blocks[: HEAD + 20], *blocks[-HEAD:]]:
        if PRINTED.search(block.text):
            continue
        if is_date(block.text) or re.match(r"(?:成文|发布|发文|印发)?(?:日期|时间)\s*[:：]", block.text):
            date = read_date(block.text)
            if date:
                return date
        signed = re.search(r"(?:政府|委员会|[厅局部委院室])\s*((?:20\d\d)年\d{1,2}月\d{1,2}日)$", block.text)
        if signed and len(block.text) < 60:
            return read_date(signed[1])
    for block in blocks[:HEAD]:
        if len(block.text) < 60 and re.match(r"^[（(].*20\d\d年\d{1,2}月\d{1,2}日.*[)）]$", block.text):
            return read_date(block.text)
    return None


def find_level(
    title: str, issuer: str | None, stem: str, language: Language, blocks: list[Block]
) -> tuple[str | None, str | None, Level | None]:
    """Place, its code and the level of government that the document is issued for."""
    for text in (title, issuer or "", stem):
        place = find_place(text) if text else None
        if place is not None and han_share(text) >= 0.5:
            level = (
                Level.PARK if PARK.search(title) and place.level is not Level.PROVINCE and "试点" not in title else place.level
            )
            return place.name, place.code, level
    for text in (*re.split(r"——|：|”|》", title), issuer or "", stem):
        unknown = UNKNOWN_PLACE.match(re.sub(r"^中共|\s", "", text))
        if unknown:
            return unknown[1], None, SUFFIX_LEVELS[next(end for end in SUFFIX_LEVELS if unknown[1].endswith(end))]
    if language is Language.ZH:
        if NATIONAL.search(f"{issuer or ''} {title} {stem}"):
            return None, None, Level.NATIONAL
        if title:
            return None, None, Level.NATIONAL if issuer is None else None
        return _most_named(blocks)
    return _english_level(" | ".join(block.text for block in blocks[:8])[:1500], title, stem)


def _most_named(blocks: list[Block]) -> tuple[str | None, str | None, Level | None]:
    """The place that a document without title speaks of again and again from its start."""
    text = "".join(block.text for block in blocks)[:3000]
    places = [place for place in find_places(text) if place.level is not Level.COUNTY]
    for place in places:
        if text.count(place.short or place.name) >= 4:
            return place.name, place.code, place.level
    return None, None, None


def _english_level(text: str, title: str, stem: str) -> tuple[str | None, str | None, Level | None]:
    for source in (title, stem, text):
        country = COUNTRY.search(source) or PARTY.search(source)
        if country:
            return country[1].title(), None, Level.NATIONAL
        city = CITY.search(source)
        county = IN_COUNTY.search(source) if source is title and not city else None
        if county:
            return f"{county[1].title()} County", None, Level.COUNTY
        if city:
            return (city[1] or city[2]).title(), None, Level.COUNTY if "county of" in city[0].lower() else Level.CITY
    place = find_place(title) or find_place(stem)
    if place is not None:
        return place.name, place.code, place.level
    if re.search(r"nationally.determined.contribution|\bNDC\b|national", f"{title} {stem}", re.I):
        return None, None, Level.NATIONAL
    return None, None, None
