"""Rewriting steps that clean the text of every row. One file, one step."""
