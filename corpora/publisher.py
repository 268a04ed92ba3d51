"""Who publishes a release, and where to, as the command line says it."""

from __future__ import annotations

import re
from pathlib import Path

from corpora.catalog import Catalog
from corpora.catalog.audit import user
from corpora.errors import UsageError

_HOST = re.compile(r"([a-z0-9-]+\.)*[a-z0-9-]+:\d{1,5}(/.*)?", re.IGNORECASE)


def check_place(to: str) -> None:
    """Raises UsageError for a server's address without its scheme, which would become a folder of that name."""
    if _HOST.fullmatch(to) and not Path(to).exists():
        raise UsageError(f"像网址，但少了 http:// / an address without its scheme: {to}", hint=f"--to http://{to}")


def named(store: Catalog, name: str | None, corpus: str) -> str:
    """Who publishes: the system's user, or a user of the catalog who may write there. Raises UsageError for another."""
    from corpora.catalog.people import People

    if name is None:
        return user()
    people = People(store.database)
    if not people.access.writing(people.users.principal(name), corpus):
        org = corpus.partition("/")[0]
        raise UsageError(
            f"{name} 不能写入 {corpus} / {name} may not write there",
            hint=f"yuliao user role {name} curator --org {org}",
        )
    return name
