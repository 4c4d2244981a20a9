"""Plans of an invented city in every style of numbering of the genre, with the breadcrumbs that a reader would cite."""

from ingest_content import Content, Piece

TOPICS_ZH = ("能源", "工业", "建筑")
TOPICS_EN = ("Energy", "Transport", "Buildings")
BODY_ZH = (
    "第{1}工作组围绕{0}领域的重点环节推广成熟适用的技术和设备，到2030年形成园区、企业、社区共同参与的工作格局，"
    "并由第{1}工作组按季度更新台账，确保{0}领域各项措施落到实处。"
)
BODY_EN = (
    "Group {1} of the city will review the use of {0} in every public building, list the repairs that save the most, and report "
    "what was done to residents in plain words before the end of each year, so that group {1} can follow what works in {0}."
)
# levels from the outermost; each is (label of the n-th, whether the heading runs into its sentence)
CHINESE = {
    "government": ("{cn}、", "（{cn}）", "{n}."),
    "chapters": ("第{cn}章 ", "第{cn}节 ", "{cn}、"),
    "parts": ("第{cn}部分 ", "{cn}、", "（{cn}）"),
    "decimal": ("{n} ", "{n}.{m} ", "（{k}）"),
    "brackets": ("{cn}、", "{n}.", "（{n}）"),
    "half_width": ("{cn}、", "({cn})", "{n}．"),
}
ENGLISH = {
    "chapters": ("Chapter {n}: ", "{n}.{m} ", "{n}.{m}.{k} "),
    "sections": ("Section {n}: ", "{letter}. ", ""),
    "plain": ("", "", ""),
    "decimal": ("{n}. ", "{n}.{m} ", "{n}.{m}.{k} "),
    "roman": ("{roman}. ", "{letter}. ", "{k}. "),
}
NUMERALS = ("一", "二", "三", "四")
ROMANS = ("I", "II", "III", "IV")


def _label(form: str, chain: tuple[int, ...]) -> str:
    at = chain[-1]
    n, m, k = (*chain, 0, 0, 0)[:3]
    plain = len(chain) > 1 and "{m}" not in form and "{k}" not in form
    return form.format(cn=NUMERALS[at - 1], n=at if plain else n, m=m, k=k or at, letter="ABCD"[at - 1], roman=ROMANS[at - 1])


def styled(style: str, *, chinese: bool) -> Content:
    """A plan of three levels in this style, two sections to a section, each section with text of its own."""
    forms = (CHINESE if chinese else ENGLISH)[style]
    title = "云岭市园区低碳发展规划" if chinese else "Riverton Low Carbon Plan"
    made = Content([Piece(title, heading=True, centred=True, size=26, bold=True)])
    names = (
        (("总体部署", "重点任务"), ("基础情况", "主要工作"), TOPICS_ZH)
        if chinese
        else (("Overall Direction", "Priority Tasks"), ("Present Situation", "Main Work"), TOPICS_EN)
    )
    sizes = (20.0, 16.0, 13.0)

    def put(chain: tuple[int, ...], path: tuple[str, ...]) -> None:
        level = len(chain) - 1
        word = names[level][chain[-1] - 1]
        words = f"推进{word}领域转型" if chinese and level == 2 else f"Cleaner {word}" if level == 2 else word
        heading = _label(forms[level], chain) + words
        path = (*path, heading)
        made.pieces.append(Piece(heading, path, heading=True, size=0 if chinese else sizes[level], bold=not chinese))
        if level == 2:
            body = (BODY_ZH if chinese else BODY_EN).format(word if chinese else word.lower(), "-".join(map(str, chain)))
            made.pieces.append(Piece(body, path))
            return
        for number in range(1, len(names[level + 1]) + 1):
            put((*chain, number), path)

    for number in (1, 2):
        put((number,), ())
    return made


STYLES = {
    **{f"zh_{name}": (lambda name=name: styled(name, chinese=True), {"chinese": True}) for name in CHINESE},
    **{f"en_{name}": (lambda name=name: styled(name, chinese=False), {"chinese": False}) for name in ENGLISH},
}
