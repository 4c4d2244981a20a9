"""CPU time of a whole build (read, tag, index) beside pdfplumber's extract_text alone on the same PDF files.

    python benchmarks/build.py FOLDER

Each runs in a process of its own; user and system time of the process and its children count.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = """
import sys, pdfplumber
for path in sys.argv[1:]:
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()
"""


def cpu_of(command: list[str]) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and exit code of a command; its peak memory is in the children's usage."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.perf_counter() - start, code


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "corpora/sample")
    pdfs = sorted(str(path) for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
    with tempfile.TemporaryDirectory() as scratch:
        library = ["--library", str(Path(scratch) / "library")]
        cli = [str(Path(sys.executable).with_name("pilotlight"))]
        build = cpu_of([*cli, *library, "build", *pdfs])
        again = cpu_of([*cli, *library, "build", *pdfs])
        question = cpu_of([*cli, *library, "search", "余热利用"])
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    peer = cpu_of([sys.executable, "-c", PEER, *pdfs])
    print(f"{len(pdfs)} PDF files of {folder}; peak memory of a build {memory:.0f} MB")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'exit':>6}")
    rows = {
        "build, all steps": build,
        "second build, nothing new": again,
        "one search, cold": question,
        "pdfplumber extract_text alone": peer,
    }
    for name, (cpu, wall, code) in rows.items():
        print(f"{name:34}{cpu:8.2f}{wall:8.2f}{code:6d}")
    print(f"build / pdfplumber: {build[0] / peer[0]:.2f}")


if __name__ == "__main__":
    main()
