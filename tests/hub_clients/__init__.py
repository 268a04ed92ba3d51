"""Unmodified clients of three generations against a running server."""
