"""A release: an immutable, versioned set of files. stage → seal (one rename) → verify; diff."""

from corpora.facts import Facts
from corpora.release.diff import Change, Diff, diff
from corpora.release.manifest import Release, load
from corpora.release.seal import seal, stage
from corpora.release.verify import Finding, verify

__all__ = ["Change", "Diff", "Facts", "Finding", "Release", "diff", "load", "seal", "stage", "verify"]
