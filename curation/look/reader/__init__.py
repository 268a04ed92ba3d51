"""Rows of a run, read one by one."""
