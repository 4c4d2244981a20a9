"""Statements to tags: elements, targets, sectors, instruments, stringency, actors, places and labels of a user's own."""

from nlp.tagger import Tagger, load_tagger

__all__ = ["Tagger", "load_tagger"]
