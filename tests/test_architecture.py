"""The single modules keep to the one way, too: import-linter sees packages only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"domain", "ingest", "nlp", "index", "analysis", "ui", "pipeline", "cli", "app"}
ALLOWED = {
    "pipeline.py": {"domain", "ingest", "nlp", "index"},
    "cli.py": {"domain", "index", "nlp", "analysis", "pipeline"},
    "app.py": {"ui", "domain"},
}


@pytest.mark.parametrize(("file", "allowed"), ALLOWED.items())
def test_single_modules_import_only_what_lies_below(file, allowed):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    roots = {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    roots |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots & OURS <= allowed


def test_a_search_imports_neither_torch_nor_spacy_nor_pandas():
    code = (
        "import sys, cli, analysis.answer; from index import open_library, load_encoder; load_encoder().encode_queries(['x']);"
        "print([m for m in ('torch','spacy','pandas','sklearn','streamlit','sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
