"""Residual audit of a release: a seeded sample as two readers' sheets, and their findings taken back."""
