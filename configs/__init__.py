"""Shipped recipes, lexicons and demo data (package data; no code)."""
