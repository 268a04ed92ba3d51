"""What a tokeniser says about a value and about a record."""

from __future__ import annotations

ABSENT, NULL, PLAIN, ESCAPED, LITERAL, NESTED, QUOTED = 0, 1, 2, 3, 4, 5, 6
SURROGATES = 7  # ESCAPED, with escaped surrogates whose pairing has not been checked yet; never leaves the kernels
GOOD, ODD, BLANK = 0, 1, 2
