"""What is pushed is not yet trusted: a version tag over the protocol is verified here before it counts as a release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from corpora import gates
from corpora.catalog.repository import Repository, version_of, version_shaped
from corpora.errors import YuliaoError
from corpora.hub.protocol import ProtocolError
from corpora.release import Finding, Release, verify
from corpora.release.manifest import ATTESTED, MANIFEST


def sealed(repository: Repository, commit: str) -> Release | None:
    """The release at a commit, if there is a manifest; nothing is checked yet."""
    files = repository.commits.get(commit)["files"]
    if MANIFEST not in files:
        return None
    return Release({path: repository.blobs.path(entry["sha256"]) for path, entry in files.items()})


def findings(repository: Repository, commit: str, tag: str) -> list[Finding]:
    """Why a commit is not the sealed release that its tag says; none when it is. Reads every byte; meant for a thread."""
    release = sealed(repository, commit)
    if release is None:
        return [Finding("no_release", MANIFEST, "没有封装的发布 / there is no sealed release behind it")]
    try:
        if (release.corpus, release.version) != (repository.corpus, version_of(tag)):
            return [Finding("other_release", MANIFEST, "清单说的是另一个发布 / the manifest is about another release")]
        found = verify(release)
        if not found:
            gates.check(release.manifest, _attestations(release))
        return found
    except YuliaoError as error:
        return [Finding("refused", MANIFEST, str(error))]
    except (KeyError, TypeError, ValueError, AttributeError, OSError):  # a manifest made by hand: anything may be in it
        return [Finding("bad_manifest", MANIFEST, "清单不合格式 / the manifest is not well formed")]


def _attestations(release: Release) -> Sequence[dict[str, Any]]:
    return json.loads(release.files[ATTESTED].read_bytes())["attestations"] if ATTESTED in release.files else ()


def check_tag(repository: Repository, name: str, revision: str, *, by: str) -> str:
    """The commit to tag. A version's tag is for good, so it has to be a release: verified here, and marked so.

    Raises ProtocolError for a version that is no sealed release, RevisionUnknown.
    """
    commit = repository.resolve(revision).commit
    if not version_shaped(name):
        return commit
    if found := findings(repository, commit, name):
        raise ProtocolError(
            f"{name} 是版本号，只给核验过的发布（{found[0].code}）；请用别的标签，如 draft-1，或用 yuliao publish --to 发布"
            f" / {name} is a version: only a sealed release that verifies is tagged so ({found[0].code}); use another tag,"
            " for example draft-1, or publish with: yuliao publish --to URL",
            hint="yuliao publish NAME@VERSION --to URL",
        )
    repository.mark_verified(commit, sealed(repository, commit).hash, by=by)  # type: ignore[union-attr]
    return commit
