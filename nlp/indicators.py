"""The phrase that names what a number measures."""

import re

_LEAD = re.compile(
    r"^(?:[，。；：、\s—•-]|[（(]\d+[）)]|\d{1,2}[.、．](?!\d)|到|至|在|力争|确保|努力|预计|争取|使|让|将|并|且|和|及|与|以及|其中|同时|全面|推动|实现|基本|"
    r"(?:20\d\d\s*年(?:底|末|前|起)?)|(?:[“\"]?十[一二三四五六七]\s*五[”\"]?\s*(?:末|时期|期间|期末)?)|分别|累计(?=[^，]{0,3}(?:建|培|实|完|推|打|形|落))|原则上|左右|以上|以内|以下)+"
)
_TAIL = re.compile(
    r"(?:力争|争取|确保|努力|原则上|应|须|要|将|均|都|总体|稳步|进一步|预计|可|累计|分别|共|目标|比例|约|大约|近|年均)?"
    r"(?:实现|完成)?(?:达到|达|提高到|提高至|提升到|提升至|提高|提升|增加到|增加至|增加|增长到|增长至|增长|扩大到|扩大至|扩大|上升到|上升|保持在|维持在|稳定在|控制在|降至|降到|降低至|降低到|降低|"
    r"下降至|下降到|下降|减少到|减少至|减少|缩短至|缩短|压减至|压减|削减|超过|突破|大于|小于|高于|低于|不低于|不少于|不高于|不超过|不大于|不小于|至少|为|翻|在|到|约|近|力争|[≥≤>＜<＝=：:])*$"
)
_BASE = re.compile(
    r"(?:比|较|相较于?|相比于?|在|与)\s*(?:[“\"]?十.五[”\"]?末?|(?:19|20)\d\d\s*年(?:的)?)(?:末|底|水平|相比|基础上|分别)*"
)
_FROM = re.compile(r"[由从][^，。；]{0,24}$")
_VERB = re.compile(
    r"(?:建设|建成|建立|新建|打造|培育|培养|创建|形成|实施|完成|推广|推出|开展|突破|选择|推选|制定|制修订|引进|开发|研发|布局|遴选|创建|具备|实现|落实|安装|改造|种植|评选|认定|投放|发布|取得|获得|攻克|搭建|累计|力争|建|达到|达|不超过|不少于|不低于|超过|至少|约|近|各类|全市|全省|全国|淘汰|在)+$"
)
_FINER = re.compile(
    r"(?:精度|分辨率|误差|时延|延迟|延时|噪音|噪声|损耗|能耗|电耗|煤耗|水耗|物耗|PUE|能源利用效率|不良品?率|误报率|漏报率|故障率|缺陷率|响应时间|耗时|事故率|死亡率|浓度|漏损率|线损率)[^，。；、]{0,6}(?:达到|达)\s*$"
)


def clean_indicator(before: str, after: str) -> str:
    """The indicator in the words between the last number and this one, or after it (建成50个… names it behind the number)."""
    left = _FROM.sub("", _BASE.sub("", before)).rstrip()
    left = _TAIL.sub("", _LEAD.sub("", left)).strip(" \t，、；：的")
    right = re.sub(r"^\s*(?:(?:[（(][^（）()]{0,12}[）)])?(?:及|或)?(?:以[上下内])|左右)?的?", "", after).strip(
        " \t、，；。和及与"
    )
    right = re.split(r"[，。；：]", right)[0]
    stem = _VERB.sub("", left)
    if right and not re.match(r"^[）)]", right) and (not stem or left != stem or len(right) > len(left)):
        return right
    return _LEAD.sub("", left) or right


def is_finer_better(before: str) -> bool:
    """Whether the words before 达到 name a quantity of which less is better (精度, 时延), so that it binds from above."""
    return _FINER.search(before) is not None


def last_indicator(previous: str) -> str:
    """The indicator of the last number in the text before, for a statement that only gives its later value."""
    found = re.findall(
        r"([^，。；：\d]{2,40}?)(?:力争|争取|确保|稳步)?(?:达到|达|提高到|提升至|提升到|不低于|超过|突破|控制在|下降|降低|增长)[^，。；]{0,4}\d",
        previous[-400:],
    )
    return clean_indicator(found[-1], "") if found else ""
