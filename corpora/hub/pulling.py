"""Pulling a release over the Hub's protocol into a folder, every byte verified; no environment variable is needed.

An interrupted pull goes on where it was: whole files stay, a half one continues by Range under the ETag that it began with
(RFC 9110, 13.1.5 and 14.2), and only its hash at the end makes it whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpora.catalog.paths import check_path
from corpora.catalog.repository import version_of
from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.hub.publishing import client, told
from corpora.landing import Advance, Bar, Half, Landing, Wanted, check_target, damaged, landed, landing, no_bar
from corpora.names import check_corpus, did_you_mean, version_order
from corpora.release import Release, load, verify
from corpora.tables import size as shown

_PAUSES = (1.0, 2.0, 4.0)
"""Seconds before each new attempt that follows one without progress."""
_SECONDS = 60.0
_PASSING = (429, 500, 502, 503, 504)
_THEIRS = ".gitattributes"


def pull(
    url: str,
    corpus: str,
    version: str | None,
    folder: Path,
    *,
    bar: Bar = no_bar,
    say: Callable[[str], Any] = lambda _: None,
) -> Release:
    """A version (the latest by default) from an endpoint, by one rename into a new or empty folder.

    Raises UsageError (unknown, closed to us, folder not empty), SourceMissing (endpoint; what came stays for the next time),
    IntegrityError (does not verify; nothing stays then). Pulling again what is there whole gives what is there.
    """
    target, api = folder.absolute(), client(url)
    check_target(target)
    with told(url):
        tag = _tag(api, check_corpus(corpus), version)
        commit, wanted = _listing(api, corpus, tag)
    if there := landed(target, wanted):
        return there
    with landing(target) as place:
        if not place.begin(wanted, {"corpus": corpus, "tag": tag, "commit": commit}):
            say(
                "与上次没拉完的不是同一版本或提交：相同的文件留用，其余重新拉取 / it has changed since: only equal files are kept"
            )
        try:
            with told(url), bar(place.total, place.there) as advance:
                for path in place.missing():
                    _fetch(api, corpus, commit, place, path, advance)
        except SourceMissing as error:
            raise _interrupted(error, place) from error
        _check(place.files)
        return place.finish()


def _interrupted(error: SourceMissing, place: Landing) -> SourceMissing:
    said = SourceMissing(
        str(error),
        hint=f"已有 {shown(place.there)} / {shown(place.total)}，存于 {place.folder.name}；再运行同一条命令会接着拉取"
        " / run the same command again: it goes on from there",
    )
    said.keep = True  # type: ignore[attr-defined]
    return said


def _tag(api: Any, corpus: str, version: str | None) -> str:
    tags = [one.name for one in api.list_repo_refs(corpus, repo_type="dataset").tags]
    versions = sorted((name for name in map(version_of, tags) if name), key=version_order)
    wanted = version or (versions[-1] if versions else "")
    if wanted not in versions:
        raise UsageError(f"{corpus} 没有版本 {wanted} / no version {wanted}", hint=did_you_mean(f"v{wanted}", tags))
    return f"v{wanted}"


def _listing(api: Any, corpus: str, tag: str) -> tuple[str, dict[str, Wanted]]:
    """(commit, files to come) of a tag."""
    commit = str(api.dataset_info(corpus, revision=tag).sha)
    tree = api.list_repo_tree(corpus, repo_type="dataset", revision=commit, recursive=True)
    files = {check_path(one.path): one for one in tree if hasattr(one, "blob_id") and one.path != _THEIRS}
    return commit, {
        path: Wanted(one.size, sha256=one.lfs.sha256) if one.lfs else Wanted(one.size, git=one.blob_id)
        for path, one in sorted(files.items())
    }


# --- one file --------------------------------------------------------------------------------------


def _fetch(api: Any, corpus: str, commit: str, place: Landing, path: str, advance: Advance) -> None:
    from huggingface_hub import hf_hub_url

    at = hf_hub_url(corpus, path, repo_type="dataset", revision=commit, endpoint=api.endpoint)
    with place.half(path) as half:
        resumed = half.resumed
        _receive(api, at, half, advance)
        if half.finish():
            return
        advance(-half.wanted.size)
        if resumed:  # the half that lay here may have been damaged by whatever ended its process
            _receive(api, at, half, advance)
            if half.finish():
                return
    raise damaged(path)


def _receive(api: Any, at: str, half: Half, advance: Advance) -> None:
    """All bytes of a file, in as many calls as it takes while they bring something."""
    fruitless, most = 0, half.size
    while half.size < half.wanted.size:
        error: Exception | None = None
        try:
            _stream(api, at, half, advance)
        except Exception as broken:  # noqa: BLE001  what does not pass is raised again below
            error = broken
            if not _passes(broken):
                raise
        if half.size >= half.wanted.size:
            return
        fruitless, most = (0, half.size) if half.size > most else (fruitless + 1, most)
        if fruitless > len(_PAUSES):
            raise error or ConnectionError("cut off")
        time.sleep(_PAUSES[max(0, fruitless - 1)])


def _stream(api: Any, at: str, half: Half, advance: Advance) -> None:
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status  # type: ignore[attr-defined]

    headers = {**build_hf_headers(token=api.token), "Accept-Encoding": "identity", **_continued(half)}
    with get_session().stream("GET", at, headers=headers, timeout=_SECONDS) as response:
        if response.status_code == 416:  # it is shorter by now than what lies here
            advance(-half.restart())
            return
        if response.status_code >= 400:
            response.read()
            hf_raise_for_status(response)
        if not _goes_on(response, half):
            advance(-half.restart(response.headers.get("etag", "")))
            if response.status_code == 206:
                return  # another part than we asked for: ask for all of it
        for block in response.iter_bytes():
            if half.size + len(block) > half.wanted.size:
                raise damaged(at.rpartition("/")[2])
            half.write(block)
            advance(len(block))


def _continued(half: Half) -> dict[str, str]:
    if not half.size:
        return {}
    strong = half.etag and not half.etag.startswith("W/")
    return {"Range": f"bytes={half.size}-", **({"If-Range": half.etag} if strong else {})}


def _goes_on(response: Any, half: Half) -> bool:
    """Whether what comes continues what is there, of the same file as the server names it."""
    same = not half.etag or response.headers.get("etag", "") == half.etag
    starts = response.headers.get("content-range", "").startswith(f"bytes {half.size}-")
    return response.status_code == 206 and starts and same


def _passes(error: Exception) -> bool:
    """Whether it may be better at once: a connection that broke, a server that is busy."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, HfHubHTTPError):
        return error.response.status_code in _PASSING
    if isinstance(error, OfflineModeIsEnabled):
        return False
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "requests")


def _check(files: Path) -> None:
    if findings := verify(load(files)):
        raise IntegrityError(
            f"拉取的内容未通过核验：{findings[0].path} / what arrived does not verify ({len(findings)})",
            hint="再拉取一次；仍不行请联系发布者 / pull again; else ask the publisher",
        )
