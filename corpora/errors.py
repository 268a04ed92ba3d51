"""Every exception of the project, in one tree. A bad row is a reason; a bad world is one of these.

YuliaoError                 .hint says what to do next; .exit_code is the front doors' exit status
├── UsageError              2  wrong usage, missing files, unreadable configuration
│   ├── RecipeError         2  the recipe is wrong; .mistakes lists every one with its address
│   ├── SourceMissing       2  a source file is not there or cannot be opened
│   ├── PathRefused         2  a path or a name of a branch or tag that must not be used
│   ├── RevisionUnknown     2  a repository has no such branch, tag or commit
│   └── FileUnreadable      2  the file is there, but not what it seems; .cause is its cause of quarantine in a run
├── FormatUnknown           2  a stored file says a format number this version does not read
├── LawBroken               1  the run broke a law (ledger does not close, values changed, …)
│   └── GateFailed          1  a bound on a metric or a component failed
├── IntegrityError          1  a hash, a schema or a ledger of something stored does not verify
│   └── BlobMissing         1  a commit names bytes that are not stored
├── VersionClosed           1  the version was withdrawn or purged; .tombstone says why, by whom, when
├── VersionTaken            1  the tag exists and holds something else
├── VaultLocked             1  the key does not open the vault
└── WorkerLost              1  a worker process died; the next run reuses what is finished

No message ever holds text of a record: positions, counts and keys only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class YuliaoError(Exception):
    """Base of all typed errors: a bilingual message and a `hint`, the next action."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(YuliaoError):
    """Wrong usage or an unusable configuration."""

    exit_code = 2


class RecipeError(UsageError):
    """A recipe with mistakes: `mistakes` is a list of (address, message) pairs, all of them at once."""

    def __init__(self, mistakes: list[tuple[str, str]], *, hint: str = "") -> None:
        self.mistakes = mistakes
        lines = "\n".join(f"  {address}: {message}" for address, message in mistakes)
        super().__init__(f"配方有 {len(mistakes)} 处错误 / {len(mistakes)} mistake(s) in the recipe\n{lines}", hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return (_recipe_error, (self.mistakes, self.hint))


def _recipe_error(mistakes: list[tuple[str, str]], hint: str) -> RecipeError:
    return RecipeError(mistakes, hint=hint)


class SourceMissing(UsageError):
    """A source file does not exist or cannot be opened."""


class PathRefused(UsageError):
    """A path inside a repository, or the name of a branch or tag, that must not be used."""


class RevisionUnknown(UsageError):
    """No branch, tag or commit of this name in a repository."""


class FileUnreadable(UsageError):
    """A file of an unknown or a wrong format. In a run it is one quarantined item with this cause, not an end."""

    def __init__(self, message: str, *, cause: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.cause = cause

    def __reduce__(self) -> tuple[object, ...]:
        return (_file_unreadable, (str(self), self.cause, self.hint))


def _file_unreadable(message: str, cause: str, hint: str) -> FileUnreadable:
    return FileUnreadable(message, cause=cause, hint=hint)


class FormatUnknown(UsageError):
    """A stored table or file carries a format number that this version does not read."""


class LawBroken(YuliaoError):
    """The run broke one of the laws: it fails, and nothing is released."""


class GateFailed(LawBroken):
    """A metric is outside its bound."""


class IntegrityError(YuliaoError):
    """Something stored does not verify: hash, schema or ledger."""


class BlobMissing(IntegrityError):
    """A commit names bytes that were not uploaded, or not all of them."""


class VersionClosed(YuliaoError):
    """A version that was published and is not given out any more: `tombstone` = {kind, reason, by, date}."""

    def __init__(self, message: str, *, tombstone: Mapping[str, Any], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.tombstone = dict(tombstone)


class VersionTaken(YuliaoError):
    """A version (tag) already exists with other content; tags never move."""


class VaultLocked(YuliaoError):
    """The key does not open the vault, or the vault was changed."""


class WorkerLost(YuliaoError):
    """A worker process died before it finished its shard."""
