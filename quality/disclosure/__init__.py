"""Re-identification risk of a table's declared columns: k, l, t, prosecutor risk, and coarsening until k is reached."""

from quality.disclosure.classes import Risk, assess
from quality.disclosure.coarsening import Coarsened, coarsen
from quality.disclosure.scenes import SCENES, Scene, met, word

__all__ = ["SCENES", "Coarsened", "Risk", "Scene", "assess", "coarsen", "met", "word"]
