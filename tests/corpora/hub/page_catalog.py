"""Catalogs for the tests of the page: sealed releases, pushed repositories, and what somebody hostile would push."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from releases import release, rows

from corpora.catalog import Catalog
from corpora.catalog.changes import Add

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe'
"""Breaks out of attributes, runs scripts, turns the direction of writing."""
HOSTILE_CARD = f"""---
pretty_name: '{HOSTILE}'
language: ['zh', '{HOSTILE}']
license: '{HOSTILE}'
tags: ['{HOSTILE}', '医疗', 'javascript:alert(3)']
size_categories: ['{HOSTILE}']
---

# {HOSTILE}

<script src="https://evil.example/x.js"></script>
<iframe src="//evil.example"></iframe><style>*{{display:none}}</style>

[click](javascript:alert(4)) [data](data:text/html,<script>alert(5)</script>) [rel](//evil.example/a) [ok](https://evil.example/?a="onx)
![pixel](https://evil.example/pixel.png) <a href="https://evil.example" onclick=alert(6)>x</a>
[![nested](https://evil.example/p.png)](https://evil.example "title\\" onmouseover=alert(7)")

| a | b |
| --- | --- |
| <b onmouseover=alert(8)> | {HOSTILE} |

```html"onx=1
</code></pre><script>alert(9)</script>
```
"""


def push(
    catalog: Catalog,
    corpus: str,
    files: Mapping[str, bytes],
    *,
    private: bool = False,
    verified: bool = False,
    by: str = "wang",
) -> str:
    """A repository as it arrives over the protocol. `verified`: as if somebody had vouched for it, so that others see it."""
    repository = catalog.repository(corpus)
    repository.create(by=by, private=private, pushed=True)
    additions = []
    for path, data in files.items():
        with catalog.blobs.writing() as writer:
            writer.write(data)
            writer.finish()
        additions.append(Add(path, hashlib.sha256(data).hexdigest(), len(data)))
    with mock.patch("corpora.catalog.changes.check_new_path"):  # catalogs of before hold names that are refused now
        commit = repository.commit("main", additions, title="upload", by=by)
    if verified:
        repository.mark_verified(commit, "0" * 64, by=by)
    return commit


def opened(catalog: Catalog, folder: Path, corpus: str, *, private: bool = False, gated: Any = False, **facts: Any) -> None:
    """A sealed release, published, with settings."""
    catalog.publish(release(folder, corpus=corpus, **facts))
    catalog.repository(corpus).set(by="wang", private=private, gated=gated)


def two_versions(catalog: Catalog, folder: Path, corpus: str = "nb/repairs") -> None:
    """v1.0.0 and v1.1.0: five rows more."""
    more = {"train": rows(25), "test": rows(5, start=25)}
    catalog.publish(release(folder / "1", corpus=corpus))
    catalog.publish(release(folder / "2", more, corpus=corpus, version="1.1.0"), message="补五行")
    catalog.repository(corpus).set(by="wang", private=False)
