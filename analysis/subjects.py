"""Who acts in a sentence that reports: the body that is its grammatical subject."""

import re

from domain.codebook import Language

BODY = (
    r"局|委员会|[发改国住工商建]改?委|改革委|[市县区省州]委|财政|公安|工会|妇联|厅|部门|公司|集团|管委会|政府|银行|分行|支行|商会|协会|学院|大学|学校|医院|街道|合作社|企业|园区|高新区|开发区|工业区|新区"
    r"|研究院|研究所|中心|供电所|电网|电厂|钢厂|港|[镇乡县市区村]|县里|市里|区里"
)
ACTS = (
    r"会同|联合|组织|牵头|指导|委托|聘请|把|将|在|让|与|以|向|从|按|对|为|利用|通过|依托|立足|已|先后|率先|累计|成立|设立|组建|建立|建成|建起|建设|推出|推行|推动|推进|推广"
    r"|出台|制定|发布|印发|发放|安排|投入|引入|引进|引导|开展|开设|实施|实行|实现|采取|采用|探索|创新|打造|改造|签订|培训|淘汰|完成|全面|开发|统筹|试行|搭建|帮助|发现|查明|汇总|累计|最后|全面|[\u4e00-\u9fff]{1,3}了(?!解)"
)
SUBJECT = {
    Language.ZH: re.compile(
        rf"(?:^|[，；：。”])(?P<body>[\u4e00-\u9fff“”·]{{0,15}}?(?:{BODY}))"
        rf"(?=(?:[这近去今自]?[两三几一去今前]?年?(?:以?来|起)?|及时|首批|共|还|又|再)(?:{ACTS}))"
    ),
    Language.EN: re.compile(
        r"(?:^|[,;:] |^(?:Since|In|By|From|During|After|When|Until) (?:[\w-]+ ){0,4}?(?=the ))"
        r"(?P<body>(?:[Tt]he )?(?:[A-Z][\w&'’-]*[ ]){0,5}?"
        r"(?:[A-Z]\w+|[Cc](?:ity|ounty) of [A-Z]\w+"
        r"|(?:[a-z-]+ ){0,3}?(?:[Cc]ity|[Cc]ouncil|[Cc]ounty|[Pp]arks?(?: operator)?|[Aa]uthority|[Aa]gency|[Uu]tility"
        r"|[Cc]ompany|[Cc]ompanies|[Dd]istrict|[Bb]anks?|[Bb]ureau|[Dd]epartment|[Oo]ffice|[Tt]eam|[Cc]entre|[Ii]nstitute"
        r"|[Ss]taff|[Pp]ilots))(?: in [A-Z]\w+)?)(?:, an? [^,]{3,40},)?"
        r"(?=,? (?:has|have|had|now|also|[\w-]+ed|put|built|set|ran|runs?|pools?|uses|bought|cut|sold|brought|leases?|took"
        r"|(?:is|are|was|were) (?:the first|in the|\w+ing|contracted)|becomes?|became|contracts|continues?|offers?|operates?)\b)"
    ),
}
NOBODY = re.compile(
    r"^(?:[每各该这那其为在从对将把以按到与和及使让向](?![市州])|[全本我](?![市州县区省])|以来|期间|时期|[一二三四五六七八九十\d]+[个家座户名])"
    r"|(?:年|月|后|前|中|等)$"
    r"|^(?:In|On|At|By|After|Since|This|That|These|It|They|We|Our|There|Which|All|Over|About|Of|To|As|For|With|Energy"
    r"|Residents|Public)\b"
)


def subject_of(text: str, language: Language) -> str | None:
    """The body that does what a sentence tells, in the sentence's own words; None where it names none."""
    for found in SUBJECT[language].finditer(text[:300]):
        body = re.sub(r"^[Tt]he ", "", found["body"]).strip()
        if not NOBODY.search(body) and len(body) >= 2:
            return body
    return None
