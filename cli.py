"""The command line: every job of the app, with data on stdout, talk on stderr and an exit code that a script can use."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from domain.codebook import Element, Genre, Instrument, Language, Level, Sector, Stringency
from domain.errors import PilotlightError

if TYPE_CHECKING:
    from index import Filters, Library, SearchResult

app = typer.Typer(
    name="pilotlight",
    help="Read policy documents, tag their statements, search them in Chinese or English, compare plans, mine practices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

SHOWN_CONFLICTS = 50
FILTER_OPTIONS: dict[str, tuple[str, Any, str]] = {
    "elements": ("--element", Element, "What the statement does."),
    "sectors": ("--sector", Sector, "Field of action."),
    "instruments": ("--instrument", Instrument, "Means by which a measure works."),
    "stringencies": ("--stringency", Stringency, "How binding a measure is."),
    "levels": ("--level", Level, "Level of government, or park."),
    "places": ("--place", str, "Place, or the province that it lies in."),
    "documents": ("--document", str, "Document by id, title or file name."),
    "languages": ("--language", Language, "Language of the statement."),
    "genres": ("--genre", Genre, "Form of the document."),
    "years": ("--year", int, "Year of issue."),
    "due_years": ("--due", int, "Year in which a target is due."),
}


def option_of(flag: str, kind: Any, help: str) -> Any:
    """The annotation of an option that may be given several times."""
    return Annotated[list[kind] | None, typer.Option(flag, help=help)]


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the filter options added; they reach it as one argument, `filters`."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "filters"]
    added = [
        inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option_of(flag, kind, help))
        for field, (flag, kind, help) in FILTER_OPTIONS.items()
    ]

    @wraps(command)
    def run(**given: Any) -> None:
        from index import Filters

        values: dict[str, Any] = {field: tuple(given.pop(field) or ()) for field in FILTER_OPTIONS}
        command(**given, filters=Filters(**values))

    signature = inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + added)
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return run


class Session:
    """What the options before the command say."""

    library = Path("library")
    encoder: str | None = None


session = Session()


def show_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        from importlib.metadata import version

        typer.echo(f"pilotlight {version('pilotlight')}")
        raise typer.Exit


@app.callback()
def options(
    library: Annotated[Path, typer.Option("--library", "-l", envvar="PILOTLIGHT_LIBRARY", help="Folder of the library.")] = Path(
        "library"
    ),
    encoder: Annotated[
        str | None,
        typer.Option("--encoder", envvar="PILOTLIGHT_ENCODER", help="Model folder or hub name; default: the bundled model."),
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options that every command shares; they may stand before or after the command."""
    session.library, session.encoder = library, encoder


@app.command(epilog="Example: pilotlight build plans/ report.docx")
def build(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to read.")],
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read pages without text, and scans again, by OCR; needs pilotlight[ocr].")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Read again what has not changed.")] = False,
    tagger: Annotated[
        Path | None, typer.Option(help="Folder of a tagger that train has written.", exists=True, file_okay=False)
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of rule files of your own.", exists=True, file_okay=False)] = None,
) -> None:
    """Bring files and folders into the library; only what is new or changed is read."""
    import pipeline

    library = open_library(create=True)
    with progress_bar() as advance:
        report = pipeline.build(library, paths, ocr=ocr, force=force, model=tagger, rules=rules, progress=advance)
    for path, first in report.duplicates.items():
        say(f"{path}: the same content as {first}; kept once")
    for path, twin in report.twins.items():
        say(f"{path}: the same document as {twin}; both are kept, remove one to count it once")
    for path, reason in report.refused.items():
        say(f"{path}: refused: {reason}")
    counts = {
        "added": len(report.added),
        "replaced": len(report.replaced),
        "unchanged": len(report.unchanged),
        "duplicate": len(report.duplicates),
        "refused": len(report.refused),
    }
    say(", ".join(f"{n} {word}" for word, n in counts.items() if n) or "nothing to read: no file of a known kind was found")
    if not (report.added or report.replaced or report.refused):
        say("nothing to do: the library is up to date")
    raise typer.Exit(3 if report.refused else 0)


@app.command(epilog='Example: pilotlight search "余热利用" --element practice -k 20')
@filtered
def search(
    filters: "Filters",
    query: Annotated[str | None, typer.Argument(help="What to look for, in Chinese or English.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many hits.")] = 10,
    mode: Annotated[str, typer.Option(help="hybrid, or one of its bare parts: lexical, dense.")] = "hybrid",
    format: Annotated[str, typer.Option(help="table, json or csv.")] = "table",
    queries: Annotated[
        Path | None, typer.Option(help="JSON Lines with a key q: answer each, a line {q, hits} on stdout.", dir_okay=False)
    ] = None,
    save: Annotated[str | None, typer.Option(help="Keep the query and its filters under this name.")] = None,
    since: Annotated[str | None, typer.Option(help="A kept search: only what is new since it was last asked.")] = None,
) -> None:
    """Find statements by words and by meaning."""
    from analysis.answer import answer_record, print_hits
    from index import Mode

    if [query, queries, since].count(None) != 2:
        misused("give a query, --queries FILE.jsonl or --since NAME, one of the three")
    if save is not None and query is None:
        misused("--save NAME needs a query to keep")
    chosen = one_of(mode, [m.value for m in Mode], "--mode")
    one_of(format, ["table", "json", "csv"], "--format")
    library = open_library()

    def ask(words: str) -> "SearchResult":
        return library.search(words, k=k, filters=filters, mode=Mode(chosen))

    if queries is not None:
        for line in query_lines(queries):
            typer.echo(json.dumps({"q": line, "hits": answer_record(ask(line))["hits"]}, ensure_ascii=False))
        return
    if save is not None:
        library.save_search(save, query or "", filters)
    looked_at = "".join(each.seen_at[:16].replace("T", " ") for each in library.saved_searches() if each.name == since)
    came = f" that came in since {looked_at} UTC" if looked_at else ""
    result = library.news(since, k=k) if since is not None else ask(query or "")
    print_hits(result, format, sys.stdout)
    searched = result.searched
    within = f"{searched.statements} statements in {searched.documents} of {searched.held} documents"
    say(f"the best {len(result.hits)} of {result.total}; looked through {within}{came}")
    for note in result.notes:
        say(note)
    if searched.without_text:
        say(f"{len(searched.without_text)} without text were not searched: {', '.join(searched.without_text)}")


@app.command(epilog="Example: pilotlight compare 2030年前碳达峰行动方案 上海市碳达峰实施方案 --format xlsx --output table.xlsx")
def compare(
    source: Annotated[str, typer.Argument(help="The plan compared against, by id, title or file.")],
    local: Annotated[list[str], typer.Argument(help="One or more plans held against it.")],
    format: Annotated[str, typer.Option(help="table, json, xlsx or html.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; needed for xlsx.")] = None,
    section: Annotated[
        list[str] | None, typer.Option("--section", help="Only the requirements under headings with this word; repeat for more.")
    ] = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="The two are versions of one plan, older first: what changed (not as html).")
    ] = False,
) -> None:
    """Hold local plans against a source plan, requirement by requirement."""
    from analysis.compare import compare as compare_plans
    from analysis.compare import part_of, with_only_local
    from analysis.report import write_comparison
    from analysis.versions import find_changes, write_changes

    one_of(format, ["table", "json", "xlsx"] if changes else ["table", "json", "xlsx", "html"], "--format")
    if format == "xlsx" and output is None:
        misused("--format xlsx needs --output FILE.xlsx")
    if changes and len(local) != 1:
        misused("--changes takes two versions of one plan: OLDER NEWER")
    library = open_library()
    source_id, local_ids = find(library, source), [find(library, name) for name in local]
    if changes:
        write_changes(find_changes(library, source_id, local_ids[0]), format, output)
        return
    with progress_bar() as advance:
        comparison = compare_plans(library, source_id, local_ids, progress=advance)
    if format in ("xlsx", "html"):
        with progress_bar() as advance:
            comparison = with_only_local(library, comparison, progress=advance)
    comparison = part_of(comparison, section or ())
    write_comparison(comparison, format, output)
    for facts in comparison.locals:
        counts = ", ".join(f"{n} {status.value}" for status, n in comparison.counts(facts).items())
        say(f"{facts.title}: {sum(comparison.counts(facts).values())} requirements: {counts}")


@app.command(epilog="Example: pilotlight practices --sector energy --like 张家口")
def practices(
    sector: Annotated[list[Sector] | None, typer.Option("--sector", help="Field of action.")] = None,
    place: Annotated[list[str] | None, typer.Option("--place", help="Place, or the province that it lies in.")] = None,
    like: Annotated[str | None, typer.Option(help="A place: what places like it do that it does not.")] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            help="Your own table of places; default: the register of pilots, and what the library took in.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    sort: Annotated[
        str, typer.Option(help="reported, planned, provinces, kinds (of places), numbers (in the evidence) or needs (fewest).")
    ] = "reported",
    format: Annotated[str, typer.Option(help="table, json or xlsx.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; needed for xlsx.")] = None,
) -> None:
    """Show the practices of the library as cards: urged, planned and reported kept apart."""
    from analysis.cards import write_cards
    from analysis.peers import known_profiles, lacking, mine_and_peers
    from analysis.practices import find_practices, is_of_one_place
    from analysis.replicability import Order, ordered
    from analysis.voice import Voice
    from domain.profile import read_profiles
    from index import Filters

    one_of(format, ["table", "json", "xlsx"], "--format")
    one_of(sort, list(Order), "--sort")
    if format == "xlsx" and output is None:
        misused("--format xlsx needs --output FILE.xlsx")
    library = open_library()
    cards = find_practices(library, Filters(sectors=tuple(sector or ()), places=tuple(place or ())))
    if is_of_one_place(cards):
        say("only one place speaks on these cards; add documents of other places to see who else does it")
    if not any(card.pile(Voice.REPORTED) for card in cards):
        say("none of these practices is reported as done; what plans say is shown")
    quotes = {}
    if like:
        mine, peers = mine_and_peers(read_profiles(profiles) if profiles else known_profiles(library.folder), cards, like)
        found = lacking(cards, mine, peers)
        cards, quotes = tuple(card for card, _ in found), {card.id: lines for card, lines in found}
        names = ", ".join(peer.profile.name for peer in peers[:8])
        none = (
            f"no place with a profile like that of {mine} is in the library: all other places count (--profiles takes your own)"
        )
        say(f"places like {mine}: {names}" if peers else none)
    write_cards(ordered(cards, Order(sort)), format, output, quotes)


@app.command(epilog="Example: pilotlight fetch pilot-list-1-news --to fetched/")
def fetch(
    ids: Annotated[list[str] | None, typer.Argument(help="Sources to download, by id; without any, the list is shown.")] = None,
    to: Annotated[Path, typer.Option(help="Folder for the files.", file_okay=False)] = Path("fetched"),
    sources: Annotated[Path | None, typer.Option(help="Your own list of sources (TOML).", exists=True, dir_okay=False)] = None,
) -> None:
    """Download official documents of the list and bring them into the library."""
    import pipeline
    from analysis.fetch import SOURCES, chosen_sources, read_sources
    from analysis.fetch import fetch as fetch_sources

    listed = read_sources(sources or SOURCES)
    if not ids:
        for source in listed:
            typer.echo(f"{source.id}\t{source.page}\t{source.title}")
        return
    got = fetch_sources(chosen_sources(listed, ids), to)
    for each in got:
        say(f"{each.source.id}: {each.path or f'not fetched: {each.reason}'}")
    files = [each.path for each in got if each.path]
    report = pipeline.build(open_library(create=True), files) if files else None
    for path, reason in report.refused.items() if report else ():
        say(f"{path}: refused: {reason}")
    raise typer.Exit(3 if len(files) < len(got) or (report and report.refused) else 0)


@app.command(epilog="Example: pilotlight export measures.xlsx --element measure")
@filtered
def export(
    filters: "Filters",
    file: Annotated[Path, typer.Argument(help="File to write; the suffix names the format.")],
    format: Annotated[
        str | None,
        typer.Option(help="csv, xlsx, jsonl, parquet, qdpx, qdc, json and xml (Label Studio), spacy, bib, txt (GB/T 7714)."),
    ] = None,
    table: Annotated[str, typer.Option(help="statements, targets, labels, requirements or practices.")] = "statements",
    source: Annotated[str | None, typer.Option(help="The plan that the table of requirements is of.")] = None,
) -> None:
    """Write the statements that pass the filters to a file, with a run card that says what it was made of."""
    from analysis.export import export as export_statements
    from analysis.tables import TableName

    chosen = TableName(one_of(table, [name.value for name in TableName], "--table"))
    library = open_library()
    with progress_bar() as advance:
        count = export_statements(library, file, filters=filters, format=format, table=chosen, source=source, progress=advance)
    say(f"{file}: {count} {'rows' if chosen is not TableName.STATEMENTS else 'statements'}; run card {file}.run.json")


@app.command(epilog="Example: pilotlight reproduce measures.xlsx.run.json")
def reproduce(
    card: Annotated[Path, typer.Argument(help="The run card beside an export.", exists=True, dir_okay=False)],
) -> None:
    """Build and export again from the originals that the library keeps, and say what differs."""
    import pipeline
    from analysis.reproduce import reproduce as make_again

    differences = make_again(open_library(), card, pipeline.build)
    for line in differences:
        typer.echo(line)
    say(f"{card}: {'made again, byte for byte the same' if not differences else 'made again, with differences'}")
    raise typer.Exit(3 if differences else 0)


@app.command(epilog="Example: pilotlight draw coded.xlsx --size 200 --by element")
@filtered
def draw(
    filters: "Filters",
    file: Annotated[Path, typer.Argument(help="File to write: xlsx, csv, jsonl, parquet or json (Label Studio).")],
    size: Annotated[int, typer.Option(min=1, help="How many statements.")] = 200,
    by: Annotated[str | None, typer.Option(help="Even over: element, document_title, language, level, place, genre.")] = None,
    seed: Annotated[int, typer.Option(help="Another number, another draw.")] = 1,
) -> None:
    """Draw statements for coders to code, without what the machine says of them."""
    from analysis.draw import STRATA, write_draw
    from analysis.draw import draw as draw_statements

    stratum = one_of(by, list(STRATA), "--by") if by else None
    count = write_draw(file, draw_statements(open_library(), filters, size, by=stratum, seed=seed))
    say(f"{file}: {count} statements to code")


@app.command(epilog="Example: pilotlight reliability li.xlsx wang.xlsx --output reliability.md")
def reliability(
    files: Annotated[list[Path], typer.Argument(help="A coded file of each coder, who is called after it.", exists=True)],
    machine: Annotated[bool, typer.Option(help="Count the machine as one more coder.")] = True,
    format: Annotated[str, typer.Option(help="report, csv or xlsx.")] = "report",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; needed for csv and xlsx.")] = None,
) -> None:
    """Say how far coders, and the machine, agree: percent, Cohen's kappa, Krippendorff's alpha with its interval."""
    from analysis.reliability import agreement_of, write_agreement

    one_of(format, ["report", "csv", "xlsx"], "--format")
    if format != "report" and output is None:
        misused(f"--format {format} needs --output FILE.{format}")
    if len(files) + machine < 2:
        misused("agreement needs two coders: name another file, or leave --no-machine out")
    write_agreement(agreement_of(open_library(), files, machine=machine), format, output)


codebook = typer.Typer(help="A codebook of your own: labels by terms, or learnt from coded examples.", no_args_is_help=True)
app.add_typer(codebook, name="codebook")


@codebook.command(name="new", epilog="Example: pilotlight codebook new own.toml")
def codebook_new(file: Annotated[Path, typer.Argument(help="File to write (TOML).")]) -> None:
    """Write a codebook to start from."""
    from analysis.own_codebook import new_codebook

    new_codebook(file)
    say(f"{file}: fill in your labels, then `pilotlight codebook check {file}`")


@codebook.command(name="check", epilog="Example: pilotlight codebook check own.toml")
def codebook_check(file: Annotated[Path, typer.Argument(help="The codebook (TOML).", exists=True, dir_okay=False)]) -> None:
    """Say what is wrong with a codebook, and how good its learnt labels are on examples held out."""
    from analysis.own_codebook import check_codebook, lines_of
    from index import load_encoder

    held = (session.library / "catalogue.db").exists()
    encoder = open_library().encoder if held else load_encoder(session.encoder)
    for line in lines_of(check_codebook(file, encoder)):
        typer.echo(line)


@codebook.command(name="apply", epilog="Example: pilotlight codebook apply own.toml")
def codebook_apply(file: Annotated[Path, typer.Argument(help="The codebook (TOML).", exists=True, dir_okay=False)]) -> None:
    """Put a codebook's labels on every statement of the library, and on what comes in later."""
    from analysis.own_codebook import apply_codebook, check_codebook, lines_of

    library = open_library()
    checked = check_codebook(file, library.encoder)
    for line in lines_of(checked):
        say(line)
    for name, count in apply_codebook(library, file, checked).items():
        typer.echo(f"{name}\t{count}")


@app.command(name="import", epilog="Example: pilotlight import measures.xlsx --by 'Li Hua'")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="What was exported, with corrected tags: xlsx, csv, jsonl, parquet, qdpx, json.", exists=True)
    ],
    by: Annotated[str | None, typer.Option(help="The coder's name; default: who is logged in.")] = None,
) -> None:
    """Take corrected tags back into the library, under the coder's name."""
    from analysis.corrections import import_corrections

    report = import_corrections(open_library(), file, by=by or getuser())
    for conflict in report.conflicts[:SHOWN_CONFLICTS]:
        say(conflict)
    if len(report.conflicts) > SHOWN_CONFLICTS:
        listed = file.with_name(f"{file.name}.conflicts.txt")
        listed.write_text("\n".join(report.conflicts) + "\n", encoding="utf-8")
        say(f"and {len(report.conflicts) - SHOWN_CONFLICTS} more conflicts; all of them stand in {listed}")
    left = f", {report.uncoded} left empty" if report.uncoded else ""
    say(f"{file}: {report.rows} rows{left}, {len(report.corrections)} corrections, {len(report.conflicts)} conflicts")
    raise typer.Exit(3 if report.conflicts else 0)


@app.command(epilog="Example: pilotlight remove draft.pdf")
def remove(documents: Annotated[list[str], typer.Argument(help="Documents by id, title or file.")]) -> None:
    """Take documents out of the library."""
    library = open_library()
    found = [find(library, name) for name in documents]
    library.remove(found)
    library.commit()
    say(f"{len(found)} removed")


@app.command(epilog="Example: pilotlight status")
def status(format: Annotated[str, typer.Option(help="table or json.")] = "table") -> None:
    """Say what the library holds, what has no text, and what failed and why."""
    from analysis.answer import print_status

    one_of(format, ["table", "json"], "--format")
    library = open_library()
    print_status(library.status(), library.facts(), format, sys.stdout)


@app.command(epilog="Example: pilotlight evaluate tests/quality/gold --floors floors.toml")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder of gold labels, SLUG.jsonl with a coded unit a line.", file_okay=False)],
    floors: Annotated[
        Path | None, typer.Option(help="Scores that must hold (TOML); default: floors.toml in the folder.", exists=True)
    ] = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",
) -> None:
    """Score the library against gold labels, by document and language; exit 1 where a floor is missed."""
    from analysis.answer import print_scores
    from analysis.evaluate import against_floors
    from analysis.evaluate import evaluate as score

    one_of(format, ["table", "json"], "--format")
    scores = score(open_library(), gold)
    held = floors or gold / "floors.toml"
    scores["floors"] = against_floors(scores, held) if held.exists() else {}
    print_scores(scores, format, sys.stdout)
    missed = [name for name, each in scores["floors"].items() if each["above"] < 0]
    if missed:
        say(f"below its floor: {', '.join(missed)}")
        raise typer.Exit(1)


@app.command(name="try-rules", epilog="Example: pilotlight try-rules my-rules/ --gold tests/quality/elements_gold.jsonl")
def try_rules(
    rules: Annotated[Path, typer.Argument(help="Folder with the edited rule files.", exists=True, file_okay=False)],
    gold: Annotated[
        Path | None, typer.Option(help="Coded statements (.jsonl) to score by; default: what was decided in review.", exists=True)
    ] = None,
    keep: Annotated[bool, typer.Option(help="Use them in this library from now on, and tag it anew by them.")] = False,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",
) -> None:
    """Show what edited rules would change, before they are used: what flips in the library, F1 before and after."""
    from analysis.trial import keep_rules, print_trial, try_rules
    from pipeline import tag_again

    one_of(format, ["table", "json"], "--format")
    library = open_library()
    print_trial(try_rules(library, rules, gold), format, sys.stdout)
    if keep:
        keep_rules(library, rules)
        tag_again(library)


@app.command(epilog="Example: pilotlight train coded/ my-model/")
def train(
    data: Annotated[Path, typer.Argument(help="Folder of coded statements (.jsonl).", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Argument(help="Folder that the model is written to.")],
) -> None:
    """Train the tagger from coded statements, with their documents beside them or without, and print its scores on others."""
    from index.encoder import load_encoder
    from pipeline import train as train_tagger

    for language, (scores, facets) in train_tagger(data, out, encoder=load_encoder()).items():
        say(f"{language}: {scores}; {facets}")


@app.command(name="train-encoder", epilog="Example: pilotlight train-encoder --data pairs/ --out my-encoder/")
def train_encoder(
    data: Annotated[Path, typer.Option(help="Folder of pairs, terms and texts.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder that the model is written to.")],
    held_out: Annotated[
        Path | None, typer.Option(help="Folder of .jsonl files whose texts must not be trained on.", exists=True)
    ] = None,
) -> None:
    """Train a bilingual static encoder."""
    from index.train_encoder import train as train_model

    train_model(data, out, held_out=held_out, tell=say)


@app.command(name="app", epilog="Example: pilotlight --library library-sample app")
def run_app(
    address: Annotated[str, typer.Option(help="Address to listen on; other machines reach 0.0.0.0.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
) -> None:
    """Open the app in the browser."""
    root = Path(__file__).resolve().parent
    os.environ["PILOTLIGHT_LIBRARY"] = str(session.library.resolve())
    if session.encoder:
        os.environ["PILOTLIGHT_ENCODER"] = session.encoder
    say(f"Pilotlight on {session.library}: http://{address}:{port}  (Ctrl+C ends it)")
    command = [sys.executable, "-m", "streamlit", "run", str(root / "app.py")]
    command += ["--server.address", address, "--server.port", str(port)]
    os.chdir(root)  # Streamlit reads .streamlit/config.toml from the working directory
    os.execv(sys.executable, command)


def open_library(*, create: bool = False) -> "Library":
    """The library that the options name."""
    from index import open_library as open_folder

    return open_folder(session.library, encoder=session.encoder, create=create)


def find(library: "Library", name: str) -> str:
    """The id of the document that an id, title, file name or path means."""
    return library.find_document(Path(name).name if Path(name).is_file() else name).id


def query_lines(path: Path) -> Iterator[str]:
    """The queries of a JSON Lines file."""
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                try:
                    yield json.loads(line)["q"]
                except (json.JSONDecodeError, KeyError, TypeError):
                    misused(f"{path}, line {number}: expected a JSON object with a key q")


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A callback that draws a bar on stderr, or says nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True)) as bar:

        def advance(done: int, total: int, name: str) -> None:
            if not bar.tasks:  # no bar before there is something to tell: an error may come first
                bar.add_task("")
            bar.update(bar.task_ids[0], completed=done, total=total, description=name)

        yield advance


def one_of(value: str, known: list[str], option: str) -> str:
    """The value, if it is known; else the command ends as misused."""
    if value not in known:
        misused(f"{option} {value!r}: expected one of {', '.join(known)}")
    return value


def misused(message: str) -> NoReturn:
    """End with exit code 2 and one line."""
    say(f"pilotlight: {message}")
    raise typer.Exit(2)


def say(message: str) -> None:
    """A line to the person, not to the pipe."""
    typer.echo(message, err=True)


def main() -> None:
    """Run one command; an error that a user can mend is one line and exit code 1."""
    try:
        app(arguments_in_order(sys.argv[1:]))
    except (PilotlightError, FileNotFoundError) as error:
        say(f"pilotlight: {error}")
        sys.exit(1)


def arguments_in_order(arguments: list[str]) -> list[str]:
    """The arguments with --library and --encoder moved before the command, so that they may stand anywhere."""
    shared, rest = [], []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in ("--library", "-l", "--encoder"):
            shared += [argument, *[value for value in [next(waiting, None)] if value is not None]]
        elif argument.startswith(("--library=", "--encoder=")):
            shared.append(argument)
        else:
            rest.append(argument)
    return shared + rest
