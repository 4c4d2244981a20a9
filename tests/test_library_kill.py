"""A library survives kill -9 at any moment and loses at most the file in hand. PILOTLIGHT_KILL_ROUNDS=50 for the long run."""

import logging
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from index import Mode, open_library

ROUNDS = int(os.environ.get("PILOTLIGHT_KILL_ROUNDS", "3"))
ROOT = Path(__file__).parent.parent
WRITER = textwrap.dedent(
    """
    import random, sys
    from pathlib import Path
    from domain.codebook import Element, Language
    from domain.document import Document, Facts, document_id
    from domain.statement import Kind, Statement, Tags, statement_id
    from index import open_library

    folder, seed = sys.argv[1], int(sys.argv[2])

    def document(number, version):
        id, at, statements, lines = document_id(f"doc{number}".encode()), 0, [], []
        for line in range(40):
            text = f"示例{number}号园区第{line}条措施第{version}版：推进余热回收利用。"
            tags = Tags(Element.MEASURE, 1.0, "test")
            place = (at, at + len(text))
            statements.append(Statement(statement_id(id, text, 0), id, text, *place, Kind.SENTENCE, Language.ZH, tags=tags))
            lines.append(text)
            at += len(text) + 1
        return Document(Facts(id, f"doc{number}.txt", f"doc{number}", Language.ZH), "\\n".join(lines), tuple(statements))

    rng = random.Random(seed)
    library = open_library(Path(folder), create=True)
    print("ready", flush=True)
    for step in range(10000):
        number = rng.randrange(12)
        id = document_id(f"doc{number}".encode())
        held = {facts.id for facts in library.facts()}
        if id in held and rng.random() < 0.4:
            print("remove?", number, 0, flush=True)
            library.remove([id])
            print("removed", number, 0, flush=True)
        else:
            print("add?", number, step, flush=True)
            library.add(document(number, f"{seed}-{step}"))
            print("added", number, f"{seed}-{step}", flush=True)
        if rng.random() < 0.4:
            library.commit()
    """
)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_kill_nine_loses_at_most_the_file_in_hand(
    tmp_path_factory: pytest.TempPathFactory, round_: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path_factory.mktemp("killed") / "library"
    rng = random.Random(round_)
    expected: dict[str, str] = {}
    for life in range(2):
        doubtful = kill_writer(folder, seed=round_ * 10 + life, seconds=rng.uniform(0.05, 1.2), expected=expected)
        with caplog.at_level(logging.CRITICAL):
            check(folder, expected, doubtful)


def kill_writer(folder: Path, *, seed: int, seconds: float, expected: dict[str, str]) -> set[str]:
    """Run a writer, kill it, bring `expected` (version by document) up to what it said; gives back the document in hand."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    said = [line.split() for line in writer.stdout.read().rpartition("\n")[0].splitlines()]  # a line may be cut short too
    writer.wait()
    for word, number, version in said:
        if word == "added":
            expected[f"doc{number}"] = version
        elif word == "removed":
            expected.pop(f"doc{number}", None)
    last = said[-1] if said else ["", "", ""]
    return {f"doc{last[1]}"} if last[0].endswith("?") else set()


def check(folder: Path, expected: dict[str, str], doubtful: set[str]) -> None:
    library = open_library(folder)
    assert library._catalogue.query("PRAGMA integrity_check") == [("ok",)]
    held = {facts.title: library.document(facts.id) for facts in library.facts()}
    assert set(held) - doubtful == set(expected) - doubtful
    for title, document in held.items():
        assert len(document.statements) == 40
        if title not in doubtful:
            assert expected[title] in document.text
    assert library.count() == len(list(library.statements())) == 40 * len(held)
    for mode in Mode:
        result = library.search("余热回收", k=2000, mode=mode)
        assert result.total == len(result.hits) == 40 * len(held)
    expected.clear()
    expected.update({title: document.text.split("第")[2].split("版")[0] for title, document in held.items()})
    library.close()
