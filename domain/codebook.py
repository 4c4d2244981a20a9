"""The closed sets of the codebook: what a tag can be."""

from enum import StrEnum


class Language(StrEnum):
    """The languages that are read and asked in."""

    ZH = "zh"
    EN = "en"


class Level(StrEnum):
    """The level of government, or the kind of place, that a document is issued for."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    PARK = "park"


class Genre(StrEnum):
    """The form of a document."""

    PLAN = "plan"
    NOTICE = "notice"
    REPORT = "report"
    NEWS = "news"
    REGULATION = "regulation"


class Element(StrEnum):
    """What a statement does; `HEADING` marks what is no statement and is not scored or exported."""

    PRINCIPLE = "principle"
    GOAL = "goal"
    MEASURE = "measure"
    PRACTICE = "practice"
    OUTCOME = "outcome"
    CONTEXT = "context"
    HEADING = "heading"


class Sector(StrEnum):
    """The field of action that a statement is about."""

    ENERGY = "energy"
    INDUSTRY = "industry"
    BUILDINGS = "buildings"
    TRANSPORT = "transport"
    CIRCULAR_ECONOMY = "circular_economy"
    CARBON_SINKS = "carbon_sinks"
    TECHNOLOGY = "technology"
    FINANCE = "finance"
    GOVERNANCE = "governance"
    PUBLIC_ACTION = "public_action"


class Instrument(StrEnum):
    """The means by which a measure works."""

    REGULATION = "regulation"
    ECONOMIC = "economic"
    PLANNING = "planning"
    PUBLIC_INVESTMENT = "public_investment"
    RESEARCH = "research"
    INFORMATION = "information"
    VOLUNTARY = "voluntary"


class Stringency(StrEnum):
    """How binding a measure is, strongest first."""

    MANDATORY = "mandatory"
    DIRECTIVE = "directive"
    ENCOURAGING = "encouraging"
    EXPLORATORY = "exploratory"


class Comparator(StrEnum):
    """How a target binds its number."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    ABOUT = "~"
    MORE = ">"
    LESS = "<"


class Direction(StrEnum):
    """Whether a target changes a quantity or sets its level."""

    INCREASE = "increase"
    DECREASE = "decrease"
    REACH = "reach"
