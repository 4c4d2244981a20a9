"""Targets in Chinese sentences."""

import re
from dataclasses import dataclass
from itertools import pairwise

from domain.codebook import Comparator, Direction, Language
from domain.target import Target
from nlp.commitments import find_comparator, find_direction, find_rejection
from nlp.indicators import clean_indicator, is_finer_better, last_indicator
from nlp.quantities import Number, blank_masked, find_numbers
from nlp.units import dimension
from nlp.years import YearMention, due_year, find_years

_BOUNDARY = re.compile(r"[，；。！？：\n;!?]|,(?!\d)")
_SENTENCE = re.compile(r"[；。！？\n;]")
_ANY_NUMBER = re.compile(r"\d|分之|[翻两]一?番|[一二两三四五六七八九十百千万亿](?:%|％|个|家|项|种|套|座|倍|成)|[０-９]")
_BUILD = re.compile(
    r"(?:建设|建成|建立|建|新建|打造|培育|培养|创建|形成|实施|完成|推广|推出|推动|推进|开展|突破|选择|选取|选树|遴选|评选|推选|认定|制定|制修订|制订|修订|发布|出台"
    r"|引进|引育|引入|招引|落地|新增|净增|增加|改造|更新|淘汰|改建|扩建|种植|造林|修复|治理|安装|布局|布设|投运|投用|投产|投放|研发|开发|攻克|掌握|获得|取得|申请|授权|发表|实现|具备"
    r"|组织|举办|支持|扶持|孵化|集聚|聚集|汇聚|建档|覆盖|服务|带动|吸引|吸纳|培训|转化|启动|确定|确保|力争|争取|达|到|为|总投资|投资|投入|筹措|设立|安排|规模|总量|总数|数量|消纳|供应"
    r"|减少|压减|压降|替换|替代|置换|配备|配置|配建|储备|搭建|构建|壮大|发展|入选|创成|创新|创造|签约|签订|生产|处理|处置|利用|回收|保护|保有|拥有|有|至少|使用|凝练|总结|征集|试点|示范|设置|建有|归集|汇集|接入|上云|部署|约|整治|恢复|绿化|植树|抚育|提升|关停|退出|搬迁|封山育林|集中供热|纳入|推介|梳理|编制|推|创|育|共|累计)"
    r"(?:了|不少于|不低于|不超过|超过|突破|达到|约|近|各类|各级|各|共|至少|第一批|首批|大约|累计|力争|成|出|好|其|全市|全省|全国|全区|省级|国家级|市级|[“”‘’\s])*$"
)
_BUILT = re.compile(_BUILD.pattern.removesuffix("$") + r"[^，。；]{0,24}$")
_ENDS = re.compile(r"\s*(?:以[上下内]|左右)?\s*(?:[、，；。和及与]|$)")
_CLOSED = re.compile(r"[。！？]\W*$")
_YEAR_HEAD = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]*[）)、.．]?\s*(?:(?:到|至)\s*20\d\d\s*年|20\d\d\s*年(?:底|末|前|主要|发展|工作|总体)?(?:目标|指标|$)|[“\"]?十[四五六]五[”\"]?)"
    r"|(?:目标|指标)[^。]{0,8}[（(]?\s*(?:到\s*)?20\d\d\s*年"
)
_PLAN_TITLE = re.compile(r"规划|方案|计划|通知|意见|决定")
_GOAL_HEAD = re.compile(r"目标|指标|愿景|展望")
_ENUMERATION = re.compile(r"^\s*(?:以上|左右|以内|以下)?\s*(?:[、和及与或]|以及|，)\s*$")
_CAPABILITY = re.compile(r"(?:能力|时间|天数|寿命|周期|时长|时延|时间比例|小时数|比率|平均)[^，。；]{0,10}$")
_STAGE = re.compile(r"^[（(](?:即|其中)?")


@dataclass(frozen=True, slots=True)
class _Place:
    """A number in its clause: the words before and after it, up to its neighbours or the clause's end."""

    number: Number
    before: str
    after: str
    clause: str
    clause_start: int
    start: int
    sentence_start: int


def chinese_targets(text: str, *, heading_path: tuple[str, ...], previous: str) -> list[Target]:
    """The targets of a Chinese sentence or item, in reading order."""
    if not _ANY_NUMBER.search(text):
        return []
    masked = blank_masked(text, Language.ZH)
    numbers = find_numbers(masked, Language.ZH)
    if not numbers:
        return []
    places = _places(text, masked, numbers)
    years = find_years(text, Language.ZH)
    inherited = _inherited_year(heading_path, previous)
    targets: list[Target] = []
    group: list[_Place] = []
    follows = False
    for place, following in [*pairwise(places), (places[-1], None)] if places else []:
        group.append(place)
        if (
            following is not None
            and _ENUMERATION.match(text[place.number.end : following.number.start])
            and "分别" in group[0].before
        ):
            continue
        made = _group_targets(text, group, years, inherited, previous, targets, follows=follows)
        targets += made
        follows = bool(made) and following is not None and _joins(text, place, following)
        group = []
    return targets


def _places(text: str, masked: str, numbers: tuple[Number, ...]) -> list[_Place]:
    places = []
    boundaries = [match.end() for match in _BOUNDARY.finditer(masked)]
    sentences = [match.end() for match in _SENTENCE.finditer(masked)]
    previous_end = 0
    for index, number in enumerate(numbers):
        clause_start = max((end for end in boundaries if end <= number.start), default=0)
        clause_end = min((end - 1 for end in boundaries if end > number.end), default=len(text))
        start = max(clause_start, previous_end)
        stop = min(clause_end, numbers[index + 1].start) if index + 1 < len(numbers) else clause_end
        sentence_start = max((end for end in sentences if end <= number.start), default=0)
        after = masked[number.end : stop]
        places.append(
            _Place(
                number, masked[start : number.start], after, masked[clause_start:clause_end], clause_start, start, sentence_start
            )
        )
        previous_end = number.end
    return places


def _group_targets(
    text: str,
    group: list[_Place],
    years: tuple[YearMention, ...],
    inherited: int | None,
    previous: str,
    found: list[Target],
    *,
    follows: bool,
) -> list[Target]:
    """The targets of one number, or of several that 分别 sets side by side; `follows` one that a target joins by 和."""
    first = group[0]
    due: list[int | None] = [*_due_years(text, first, years)]
    name = _indicator(text, first, previous, found)
    if len(group) > 1:
        return _side_by_side(text, group, name, due or [inherited], years)
    before = "建设" if follows else first.before
    wanted = due if "分别" in first.clause and len(due) > 1 else due[-1:]
    made = [
        _target(text, first, indicator=name, before=before, after=first.after, year=year, years=years)
        for year in wanted or [inherited]
    ]
    return [target for target in made if target is not None]


def _side_by_side(
    text: str, group: list[_Place], name: str, due: list[int | None], years: tuple[YearMention, ...]
) -> list[Target]:
    """The targets of numbers that 分别 sets beside as many indicators or years; the words round the list hold for all."""
    own = due if len(due) == len(group) else [due[-1]] * len(group)
    made = []
    for place, indicator, year in zip(group, _split_indicators(name, len(group)), own, strict=True):
        after = place.after if _bound(place.after) else group[-1].after
        made.append(_target(text, place, indicator=indicator, before=group[0].before, after=after, year=year, years=years))
    return [target for target in made if target is not None]


def _joins(text: str, place: _Place, following: _Place) -> bool:
    """Whether the next number continues the enumeration of this one (10个实验室和5个中心)."""
    between = text[place.number.end : following.number.start].rstrip()
    if following.clause_start != place.clause_start or dimension(following.number.unit) != "count":
        return False
    return (
        between.endswith(("和", "、", "及", "与"))
        or re.fullmatch(r"(?:以上|左右)?[、和及与][^、，。；]{2,24}", between) is not None
    )


def _target(
    text: str, place: _Place, *, indicator: str, before: str, after: str, year: int | None, years: tuple[YearMention, ...]
) -> Target | None:
    number = place.number
    comparator, rule = find_comparator(before, after, Language.ZH)
    direction = _direction(before, after, number)
    if not _commits(number, before, after, place.clause, comparator, direction):
        return None
    baseline = _baseline(text, place, years) if direction is not Direction.REACH or "由" in before or "从" in before else None
    if comparator is Comparator.AT_LEAST and rule == "zh-reach-before":
        if is_finer_better(before):
            comparator = Comparator.AT_MOST
        elif direction is not Direction.REACH:
            comparator = None
    if comparator is Comparator.MORE and before.rstrip().endswith("突破") and dimension(number.unit) == "count":
        comparator = None  # 突破50项技术 makes fifty breakthroughs; it does not exceed fifty
    if number.unit == "番" or not comparator:
        comparator = Comparator.EQUAL
    start = (
        place.start
        + len(text[place.start : number.start])
        - len(text[place.start : number.start].lstrip("，。；：、和及与或 \t"))
    )
    end = number.end + len(_bound(after) if after == place.after else "")
    return Target(
        indicator=indicator,
        comparator=comparator,
        value=number.value,
        unit=number.unit,
        quote=text[min(start, number.start) : end],
        value_max=number.value_max,
        year=year,
        baseline_year=baseline,
        direction=direction,
    )


def _commits(number: Number, before: str, after: str, clause: str, comparator: Comparator | None, direction: Direction) -> bool:
    kind = dimension(number.unit) or ""
    base = kind.split("/")[0]
    counted = base in ("count", "people", "households", "vehicles", "trees")
    plain = before.rstrip()
    if find_rejection(
        before, after, clause, Language.ZH, size_class=_may_be_class("ratio" if number.fraction else base, counted, before, after)
    ):
        return False
    if number.vague and comparator is None:  # 500余家 counts what is there
        return False
    if number.spelled and number.unit == "批":  # 突破一批技术 counts nothing
        return False
    if base == "time":
        return comparator is not None and bool(
            _CAPABILITY.search(re.sub(r"(?:达到|不低于|不少于|大于|超过|保持在|控制在|达|以上)+$", "", plain))
        )
    if number.spelled and number.unit not in ("番", "倍", "成"):
        return comparator is not None or (
            bool(re.search(r"(?:建成|打造|培育|新建|创建)$", plain))
            and number.value >= 3
            and not re.match(r"\s*(?:方面|领域|重点|工程|行动|体系|方向|任务)", after)
        )
    if not number.unit and not number.fraction:
        return (
            comparator is not None
            and not re.match(r"\s*[的\u4e00-\u9fff]", after.replace("以上", "").replace("以下", "").replace("左右", ""))
            and kind == ""
        )
    if base == "ratio" or number.fraction or number.unit in ("番", "倍"):
        return bool(plain) or comparator is not None or re.search(r"实现|达到|建成|完成|具备", after) is not None
    if comparator is not None or direction is not Direction.REACH:
        return True
    if counted or base in ("area", "length", "mass", "volume", "power", "energy", "money_cny", "computing") or kind:
        return (
            bool(_BUILD.search(plain))
            or bool(re.search(r"(?:为|是|：)$", plain))
            or (_ENDS.match(after) is not None and _BUILT.search(plain) is not None)
        )
    return False


def _may_be_class(base: str, counted: bool, before: str, after: str) -> bool:
    """Whether the number may only mark off a class (50万吨以上的企业): counts do not, shares only where they qualify a noun."""
    if re.match(r"\s*(?:及以[上下]|以[上下]的?人口)", after):
        return True
    if base == "ratio":
        return (
            re.match(r"\s*(?:以[上下])?的", after) is not None
            and re.search(r"(?:率|占比|比例|比重)[^，。；]{0,6}$", before) is not None
        )
    return not counted


def _direction(before: str, after: str, number: Number) -> Direction:
    if number.unit == "番":
        return Direction.INCREASE
    words = re.sub(r"(?:达到|达)\s*$", "", before) if number.unit.endswith(("%", "点")) else before
    direction, _ = find_direction(before, Language.ZH)
    if direction is None and words != before and re.search(r"(?:年均增长|年均增速|增长率|增速|下降率|降幅|增幅)$", words):
        direction, _ = find_direction(words, Language.ZH)
    return direction or Direction.REACH


def _bound(after: str) -> str:
    found = re.match(r"\s*(?:左右|上下|(?:[（(][^（）()]{0,12}[）)])?(?:及|或)?以[上下内])", after)
    return found[0] if found else ""


def _due_years(text: str, place: _Place, years: tuple[YearMention, ...]) -> list[int]:
    """The due years that hold for a place: the run of mentions that stands last before it; a start year only alone."""
    before = [mention for mention in years if not mention.baseline and mention.end <= place.number.start]
    due = [mention for mention in before if not mention.begins]
    if not due:
        after = [m for m in years if not m.baseline and not m.begins and place.number.end <= m.start]
        inside = [
            m for m in after if "。" not in text[place.number.end : m.start] and "；" not in text[place.number.end : m.start]
        ]
        return [mention.year for mention in before[-1:] or inside[:1]]
    run = [due[-1]]
    for earlier, later in reversed(list(pairwise(due))):
        if re.fullmatch(r"[”\"、和及与\s]*(?:期间|末|年)?[、和及与]?[“\"\s]*", text[earlier.end : later.start]):
            run.insert(0, earlier)
        else:
            break
    return [mention.year for mention in run]


def _baseline(text: str, place: _Place, years: tuple[YearMention, ...]) -> int | None:
    """The baseline named in the place's clause, or at the head of the sentence as a clause of its own."""
    near = [m for m in years if m.baseline and place.clause_start <= m.start < place.number.end]
    if near:
        return near[-1].year
    lead = [
        m
        for m in years
        if m.baseline and place.sentence_start <= m.start < place.clause_start and re.match(r"[^，。；]{0,8}[，,]", text[m.end :])
    ]
    return lead[-1].year if lead else None


def _inherited_year(heading_path: tuple[str, ...], previous: str) -> int | None:
    """The year at the head of the section: from its heading, or for goals from the statements before."""
    for heading in reversed(heading_path[-3:]):
        if _YEAR_HEAD.match(heading) and not _PLAN_TITLE.search(heading) and (year := due_year(heading, Language.ZH)):
            return year
    if previous and (any(_GOAL_HEAD.search(heading) for heading in heading_path[-3:]) or not _CLOSED.search(previous)):
        return due_year(previous[-2000:], Language.ZH)
    return None


def _indicator(text: str, place: _Place, previous: str, found: list[Target]) -> str:
    own = clean_indicator(text[place.start : place.number.start], text[place.number.end : place.number.end + len(place.after)])
    if own:
        return own
    return found[-1].indicator if found else last_indicator(previous)


def _split_indicators(name: str, count: int) -> list[str]:
    parts = [part for part in re.split(r"[、和及与]|以及", name) if part]
    return parts if len(parts) == count else [name] * count
