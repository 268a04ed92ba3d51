"""Canaries: made-up identities set into copies of real rows, to measure what finding and treating lets through.

canaries = make(draw, count)                    which identity, in which disguise, with or without a label
planted = plant(draw, texts, canaries, shares)  at clause boundaries of the copies
survivors(canaries, before, after)              which are still readable in the treated copies
"""

from quality.canaries.planting import Planted, dealt, plant
from quality.canaries.survival import Recall, recall, survivors
from quality.canaries.values import BARE, MAKERS, Canary, cells, make, written

__all__ = [
    "BARE", "MAKERS", "Canary", "Planted", "Recall", "cells", "dealt", "make", "plant", "recall", "survivors", "written",
]  # fmt: skip
