"""The fit: token vectors whose means rank what belongs together first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.training.bags import Bags, mean_matrix, stack
from index.training.examples import Match, Rng

if TYPE_CHECKING:
    import torch


class Source(Protocol):
    """What examples are drawn from."""

    def draw(self, rng: Rng, size: int) -> list[Match]:
        """Examples of about `size` texts."""
        ...


@dataclass(frozen=True, slots=True)
class Share:
    """A source's part in every `every`-th step: how many texts, and the weight of their loss."""

    source: Source
    size: int
    weight: float = 1.0
    every: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """A number of steps over the same shares; the rate climbs over the first tenth and then falls to zero.

    The loss ranks the candidates of a batch by cosine times `scale`. `dims` are (first dimensions, weight, every how many
    steps): the whole vector and the shorter one that it can be cut to.
    """

    shares: tuple[Share, ...]
    steps: int
    rate: float
    scale: float = 20.0
    dims: tuple[tuple[int, float, int], ...] = ((256, 1.0, 1), (128, 1.0, 3))


def fit(start: NDArray[np.float32], stage: Stage, rng: Rng, tell: Callable[[str], None]) -> NDArray[np.float32]:
    """Token vectors, float32, of the shape of `start`, learnt over the steps of `stage`.

    On one thread: the matrices are too small for two to gain anything, and the sums keep their order.
    """
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    weights = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimizer = torch.optim.Adam([weights], lr=stage.rate, fused=True)
    warm = max(1, stage.steps // 10)
    for step in range(stage.steps):
        optimizer.param_groups[0]["lr"] = stage.rate * min((step + 1) / warm, (stage.steps - step) / (stage.steps - warm))
        optimizer.zero_grad(set_to_none=True)
        drawn = [
            (share.weight / len(matches), match)
            for share in stage.shares
            if step % share.every == 0
            for matches in [share.source.draw(rng, share.size)]
            for match in matches
        ]
        means = _means(weights, drawn)
        value = torch.stack([weight * rank_loss(means, match, stage, step) for weight, match in drawn]).sum()
        torch.autograd.backward(value)
        optimizer.step()
        if step % 50 == 0 or step == stage.steps - 1:
            tell(f"step {step} of {stage.steps}: loss {value.item():.3f}")
    return weights.detach().numpy()


def rank_loss(means: dict[int, torch.Tensor], match: Match, stage: Stage, step: int) -> torch.Tensor:
    """Cross-entropy of each anchor's own candidate among all that are not of its group."""
    import torch

    anchors, candidates = means[id(match.anchors)], means[id(match.candidates)]
    found = torch.from_numpy(match.found)
    spared = torch.from_numpy(match.anchor_groups)[:, None] == torch.from_numpy(match.candidate_groups)[None, :]
    spared[torch.arange(len(found)), found] = False
    total = torch.zeros(())
    for dim, weight, every in stage.dims:
        if step % every:
            continue
        left, right = (torch.nn.functional.normalize(part[:, :dim], dim=1) for part in (anchors, candidates))
        scores = (stage.scale * left @ right.T).masked_fill(spared, float("-inf"))
        total = total + weight * torch.nn.functional.cross_entropy(scores, found)
    return total


def _means(weights: torch.Tensor, drawn: list[tuple[float, Match]]) -> dict[int, torch.Tensor]:
    """Mean token vectors of all texts of a step, by the id of their bags.

    One product for all: each has a gradient of the size of the whole vocabulary.
    """
    import torch

    distinct = {id(bags): bags for _, match in drawn for bags in (match.anchors, match.candidates)}
    means = _mean_of(stack(list(distinct.values())), weights)
    return dict(zip(distinct, torch.split(means, [len(bags) for bags in distinct.values()]), strict=True))


def _mean_of(bags: Bags, weights: torch.Tensor) -> torch.Tensor:
    """Mean of the token vectors of each text, zero for an empty one.

    A sparse product: the gradient of torch's own embedding_bag takes twenty times as long on a processor.
    """
    import torch

    mean = mean_matrix(bags, len(weights))

    class Mean(torch.autograd.Function):
        @staticmethod
        def forward(_: object, vectors: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(mean @ vectors.numpy())

        @staticmethod
        def backward(_: object, gradient: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(mean.T.tocsr() @ gradient.numpy())

    result: torch.Tensor = Mean.apply(weights)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return result
