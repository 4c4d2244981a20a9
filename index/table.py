"""Tables: rows of plain values under named, typed columns, for files and for data frames."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from domain.errors import ExportError
from domain.record import FIELDS, TARGET_FIELDS, Record
from domain.statement import Statement

if TYPE_CHECKING:
    import pandas
    import polars

BATCH = 20_000


class Kind(StrEnum):
    """What the values of a column are; any of them may be missing."""

    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole number"
    NUMBER = "number"
    TARGETS = "targets"


class Framed:
    """What can be taken as a table, and so as a data frame."""

    __slots__ = ()

    def table(self) -> "Table":
        """The rows under typed columns."""
        raise NotImplementedError

    def to_pandas(self) -> "pandas.DataFrame":
        """All rows as a pandas data frame; whole numbers that may be missing are Int64."""
        import pandas
        import pyarrow

        return self.table().to_arrow().to_pandas(types_mapper={pyarrow.int64(): pandas.Int64Dtype()}.get)  # type: ignore[no-any-return]

    def to_polars(self) -> "polars.DataFrame":
        """All rows as a polars data frame; raises ExportError where polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise ExportError("polars is not installed; pip install 'pilotlight[polars]' or take to_pandas()") from error
        return polars.DataFrame(self.table().to_arrow())


@dataclass(frozen=True, slots=True)
class Table(Framed):
    """Rows of plain values, keys in the order of `columns`; `rows` gives them anew each time it is called."""

    name: str
    columns: dict[str, Kind]
    rows: Callable[[], Iterable[Record]]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows())

    def table(self) -> "Table":
        """Itself."""
        return self

    def batches(self) -> Iterator[Any]:
        """pyarrow tables of at most BATCH rows; one without rows for an empty table."""
        import pyarrow

        schema, waiting = self.schema(), iter(self)
        batch = list(islice(waiting, BATCH))
        while True:
            yield pyarrow.Table.from_pylist(batch, schema=schema)
            if not (batch := list(islice(waiting, BATCH))):
                return

    def schema(self) -> Any:
        """The pyarrow schema."""
        import pyarrow

        return pyarrow.schema([(name, arrow_type(kind)) for name, kind in self.columns.items()])

    def to_arrow(self) -> Any:
        """All rows as one pyarrow table: typed and nested, lists stay lists, targets a list of structs."""
        import pyarrow

        return pyarrow.concat_tables(self.batches())


def arrow_type(kind: Kind) -> Any:
    """The pyarrow type of a column."""
    import pyarrow

    if kind is Kind.TARGETS:
        return pyarrow.list_(pyarrow.struct([(name, arrow_type(each)) for name, each in TARGET_COLUMNS.items()]))
    plain = {Kind.TEXT: pyarrow.string(), Kind.WHOLE: pyarrow.int64(), Kind.NUMBER: pyarrow.float64()}
    return pyarrow.list_(pyarrow.string()) if kind is Kind.TEXTS else plain[kind]


def columns_of(names: Sequence[str], **kinds: Kind) -> dict[str, Kind]:
    """Columns of text, but for those that are named with their kind."""
    return {name: kinds.get(name, Kind.TEXT) for name in names}


TARGET_COLUMNS = columns_of(TARGET_FIELDS, value=Kind.NUMBER, value_max=Kind.NUMBER, year=Kind.WHOLE, baseline_year=Kind.WHOLE)
TARGETS = columns_of(("target_id", "statement_id", "document_id")) | TARGET_COLUMNS
STATEMENT_COLUMNS = columns_of(
    FIELDS,
    page=Kind.WHOLE,
    char_start=Kind.WHOLE,
    char_end=Kind.WHOLE,
    heading_path=Kind.TEXTS,
    element_score=Kind.NUMBER,
    sectors=Kind.TEXTS,
    instruments=Kind.TEXTS,
    actors=Kind.TEXTS,
    targets=Kind.TARGETS,
)


def statements_table(records: Iterable[Record]) -> Table:
    """Records of statements as a table."""
    return Table("statements", STATEMENT_COLUMNS, lambda: records)


@dataclass(frozen=True, slots=True)
class Statements(Framed):
    """The statements of a question to the library: one by one, or as a table of the fields of the export."""

    each: Callable[[], Iterator[Statement]]
    records: Callable[[], Iterator[Record]]

    def __iter__(self) -> Iterator[Statement]:
        return self.each()

    def table(self) -> Table:
        """A row a statement, columns in the order of the export."""
        return Table("statements", STATEMENT_COLUMNS, self.records)

    def targets(self) -> Table:
        """A row a target: its own key, its statement's and its document's, and its fields."""
        return Table("targets", TARGETS, lambda: (row for record in self.records() for row in target_rows(record)))


def target_rows(record: Record) -> Iterator[Record]:
    """The targets of a statement's record, numbered from 1."""
    keys = {name: record[name] for name in ("statement_id", "document_id")}
    for number, target in enumerate(record["targets"], start=1):
        yield {"target_id": f"{record['statement_id']}-{number}", **keys, **target}
