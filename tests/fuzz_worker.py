"""A process that reads files within bounded memory, for tests that feed it broken ones."""

import resource
import traceback
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

MOST_MEMORY = 2 << 30  # bytes
LONGEST = 60.0  # seconds a page
WORD_SUFFIXES = (".doc", ".rtf", ".wps")  # LibreOffice reserves more than it uses: what it used is measured instead


def serve(pipe: Connection) -> None:
    """Read the files whose paths come in, and say of each what went wrong, an empty text if nothing did."""
    from domain.errors import RefusedError
    from ingest import read_document

    while True:
        path = Path(pipe.recv())
        most = resource.RLIM_INFINITY if path.suffix in WORD_SUFFIXES else MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
        wrong = ""
        try:
            with suppress(RefusedError):
                document = read_document(path)
                wrong = "" if all(document.text[s.char_start : s.char_end] == s.text for s in document.statements) else "offsets"
        except BaseException:  # noqa: BLE001 whatever it is, it is the finding
            wrong = traceback.format_exc()
        used = max(own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        pipe.send(wrong or (f"{used >> 10} MB of memory" if used << 10 > MOST_MEMORY else ""))


def own_peak() -> int:
    """The most memory that this process has held, in KB; ru_maxrss would begin with what its parent held when it was started."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


class Worker:
    """Reads in a process of its own, so that a crash or a hang is a finding and not the end of the test."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()

    def read(self, path: Path, pages: int = 1) -> str:
        """What is wrong with reading this file, empty if it was read or refused in bounded time and memory."""
        try:
            self.pipe.send(str(path))
            if self.pipe.poll(LONGEST * max(1, pages)):
                return str(self.pipe.recv())
            wrong = "it hangs"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.process.join(5)
            wrong = f"the process died with {self.process.exitcode}"
        self.close()
        self._start()
        return wrong

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
