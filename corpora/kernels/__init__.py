"""Compiled kernels of the corpora room: keyed BLAKE2b over many strings, UTF-8 checks, bytes and words for other kernels."""

from corpora.kernels.hashes import blake2b
from corpora.kernels.utf8 import is_utf8, utf8_kinds
from corpora.kernels.words import copy_bytes, json_run, run_without, word_at

__all__ = ["blake2b", "copy_bytes", "is_utf8", "json_run", "run_without", "utf8_kinds", "word_at"]
