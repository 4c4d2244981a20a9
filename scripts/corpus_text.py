"""Sample documents as TXT and as web pages in the form of government sites."""

from collections.abc import Mapping, Sequence
from html import escape

from corpus_source import Block

INDENTED = ("heading1", "heading2", "heading3", "paragraph", "attach")
PAPER_ONLY = ("letterhead", "masthead", "break", "contents")  # a page's header names the issuer already
RIGHT = ("sign", "date", "source")
STYLE = """body{font-family:"Noto Serif CJK SC",SimSun,Georgia,serif;line-height:1.8;color:#222;margin:0}
header,footer,nav{background:#f3f3f3;padding:.6em 2em;font-size:.9em}main{max-width:50em;margin:auto;padding:1em 2em}
table{border-collapse:collapse;width:100%;margin:1em 0}td,th{border:1px solid #999;padding:.3em .6em}
.zh p{text-indent:2em}.zh p.plain,.zh td{text-indent:0}h1,.title,.mark{text-align:center}.mark,.note{color:#777}
.right{text-align:right}"""
CHROME = {
    "zh": {
        "nav": "首页 ｜ 政务公开 ｜ 政策文件 ｜ 办事服务 ｜ 互动交流",
        "crumb": "当前位置：首页 &gt; 政务公开 &gt; 政策文件",
        "foot": "主办单位：{issuer}　本页面为示例，所涉地名和数据均为虚构",
    },
    "en": {
        "nav": "Home | Council | Environment | News | Contact",
        "crumb": "Home &gt; Environment &gt; Climate",
        "foot": "{issuer}. This page is an example about an invented place.",
    },
}


def to_txt(blocks: Sequence[Block]) -> str:
    """Plain text: paragraphs with a two-character indent, table cells parted by tabs."""
    lines: list[str] = []
    for block in blocks:
        if block.kind in ("box", "table"):
            lines += [block.text] * bool(block.text)
            lines += ["\t".join(row) for row in block.rows] + list(block.notes)
        elif block.kind in ("title", "note", "number"):
            lines += [block.text.replace("//", ""), ""]
        elif block.kind in RIGHT:
            lines.append(block.text if block.kind == "source" else f"{'　' * 20}{block.text}")
        elif block.kind in INDENTED:
            lines.append(f"　　{block.text}")
        elif block.text:
            lines.append(block.text)
    return "\n".join(lines) + "\n"


def to_html(blocks: Sequence[Block], facts: Mapping[str, str]) -> str:
    """A web page with the meta fields, the navigation and the footer that a government site has."""
    language = facts["language"]
    chrome = CHROME[language]
    content = "\n".join(_html_block(block, language) for block in blocks if block.kind not in PAPER_ONLY)
    meta = "".join(
        f'<meta name="{name}" content="{escape(value)}">\n'
        for name, value in (
            ("ArticleTitle", facts["title"]),
            ("PubDate", facts["date"]),
            ("ContentSource", facts["issuer"]),
            ("SiteName", facts["issuer"]),
        )
    )
    return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if language == "zh" else "en-GB"}">
<head>
<meta charset="utf-8">
<title>{escape(facts["title"])}</title>
{meta}<style>{STYLE}</style>
</head>
<body class="{language}">
<header>{escape(facts["issuer"])}</header>
<nav>{chrome["nav"]}</nav>
<nav>{chrome["crumb"]}</nav>
<main>
{_fact_table(facts) if language == "zh" else ""}<article class="article-content">
{content}
</article>
</main>
<footer>{chrome["foot"].format(issuer=escape(facts["issuer"]))}</footer>
</body>
</html>
"""


def _fact_table(facts: Mapping[str, str]) -> str:
    year, month, day = facts["date"].split("-")
    day_of_issue = f"{year}年{int(month)}月{int(day)}日"
    pairs = (("发文机关", facts["issuer"]), ("发文字号", facts["number"]), ("成文日期", day_of_issue), ("标题", facts["title"]))
    cells = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>" for name, value in pairs)
    return f'<table class="facts">{cells}</table>\n'


def _html_block(block: Block, language: str) -> str:
    text = escape(block.text.replace("//", ""))
    if block.kind in ("box", "table"):
        return _html_table(block)
    if block.kind == "title":
        return f"<h1>{text}</h1>"
    if block.kind.startswith("heading"):
        # Chinese government pages set headings as bold paragraphs, not as h2
        return f"<p><strong>{text}</strong></p>" if language == "zh" else f"<h{block.kind[-1]}>{text}</h{block.kind[-1]}>"
    if block.kind in ("sign", "date") and language == "zh":
        return f'<p class="right">{text}</p>'
    if block.kind in ("number", "note", "source"):
        return f'<p class="mark plain">{text}</p>'
    return f'<p class="plain">{text}</p>' if block.kind == "to" else f"<p>{text}</p>"


def _html_table(block: Block) -> str:
    head, *rows = block.rows
    parts = [f'<p class="mark plain">{escape(block.text)}</p>'] if block.text else []
    parts.append("<table>\n<thead><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr></thead>\n<tbody>")
    parts += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    parts.append("</tbody>\n</table>")
    parts += [f"<p>{escape(note)}</p>" for note in block.notes]
    return "\n".join(parts)
