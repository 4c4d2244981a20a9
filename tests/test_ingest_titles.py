"""Headings and titles that a page sets in several lines stay one."""

from ingest.block import Block, Form
from ingest.structure import outline

BODY = "推动产业结构优化升级，加快建设清洁低碳、安全高效的能源体系，到2025年取得明显成效，为全市碳达峰奠定基础。"


def page(*lines, number=3):
    return [Block(text, page=number, size=size, bold=size > 16, centred=size > 16) for text, size in lines]


def test_the_second_line_of_a_chapter_heading_belongs_to_it():
    blocks = page(("第三章 建立绿色低碳循环体系推动青屿市", 22), ("高质量发展", 22), (BODY, 14), (BODY, 14), (BODY, 14))
    found = outline(blocks)
    assert [node.title for node in found.nodes] == ["第三章 建立绿色低碳循环体系推动青屿市高质量发展"]
    assert found.blocks[1].form is Form.HEADING


def test_what_is_left_of_a_title_in_several_lines_opens_no_section():
    title = "青屿市关于做好碳达峰工作的实施意见"
    blocks = page(
        ("青屿市关于做好碳达峰工", 22),
        ("作的实施意见", 22),
        ("（2024年3月8日）", 18),
        ("一、总体要求", 16),
        (BODY, 14),
        (BODY, 14),
    )
    assert [node.title for node in outline(blocks, title).nodes] == ["一、总体要求"]
