"""Bounds of rules, moved."""
