"""Review of findings that are not beyond doubt: a private sheet of them, and what people decide taken back as decisions."""
