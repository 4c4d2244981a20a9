"""Charsets: bytes to text, the national Chinese ones read as GB 18030, which holds them all."""

import re

from charset_normalizer import from_bytes

from domain.errors import RefusedError

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)|encoding\s*=\s*["']([\w-]+)""", re.I)
CHINESE = {"gb2312", "gbk", "gb18030", "hz", "hz_gb_2312", "euc_cn", "cp936", "x_gbk"}
SAMPLE = 200_000  # bytes that a guess is made from


def decode(content: bytes, source_file: str, *, declared: str | None = None) -> str:
    """The text of these bytes: by byte order mark, as UTF-8, as declared, else by what its letters speak for."""
    for mark, charset in BOMS:
        if content.startswith(mark):
            return content.decode(charset, errors="replace")
    content = content.replace(b"\0", b"")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4 or _is_nearly_utf8(content):
            return content.decode("utf-8", errors="replace")
    named = _codec(declared or _declared(content))
    if named and _fits(content, named):
        return content.decode(named, errors="replace")
    if _fits(content, "gb18030") and _han_pairs(content) > 0.5:
        return content.decode("gb18030", errors="replace")
    best = from_bytes(content[:SAMPLE]).best()
    if best is None:
        raise RefusedError(source_file, "the charset of the text cannot be told", "save it as UTF-8")
    return content.decode(_codec(best.encoding) or best.encoding, errors="replace")


def _declared(content: bytes) -> str | None:
    found = DECLARED.search(content[:4096])
    return (found[1] or found[2]).decode("ascii", "ignore") if found else None


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    bare = name.lower().replace("-", "_")
    if bare in CHINESE:
        return "gb18030"
    if bare in ("big5", "big5_hkscs", "cp950"):
        return "big5hkscs"
    try:
        "".encode(bare)
    except LookupError:
        return None
    return bare


def _is_nearly_utf8(content: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few that were broken or come from another charset."""
    sample = content[:SAMPLE].decode("utf-8", errors="replace")
    wide = sum(char > "\u07ff" and char != "\ufffd" for char in sample)
    return sample.count("\ufffd") * 50 < wide


def _fits(content: bytes, charset: str) -> bool:
    text = content[:SAMPLE].decode(charset, errors="replace")
    return text.count("\ufffd") * 100 <= len(text)


def _han_pairs(content: bytes) -> float:
    """Share of the bytes above ASCII that read as common Chinese characters in GB 18030 (first level of GB 2312)."""
    text = content[:SAMPLE].decode("gb18030", errors="replace")
    wide = [char for char in text if char > "\x7f"]
    common = sum(b"\xb0" <= char.encode("gb18030")[:1] <= b"\xd7" or char in "，。、；：？！（）《》“”　" for char in wide)
    return common / len(wide) if wide else 0.0
