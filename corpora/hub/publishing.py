"""Publishing a sealed release over the Hub's protocol: to a served catalog of ours, or to any Hub. One commit, one tag."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpora import gates
from corpora.catalog.refs import HeadMoved
from corpora.errors import IntegrityError, SourceMissing, UsageError, VersionClosed, VersionTaken
from corpora.forms import FORMAT
from corpora.release import Release, verify
from corpora.release.manifest import ATTESTED, BESIDE, MANIFEST, file_sha256, to_json

TOKEN = "YULIAO_TOKEN"


@dataclass(frozen=True)
class Pushed:
    """What a publication over the protocol did. `fresh` is False when the very release was there already."""

    corpus: str
    version: str
    release: str
    commit: str
    url: str
    fresh: bool


def client(url: str) -> Any:
    """The Hub's own client for an endpoint; its token from YULIAO_TOKEN, else HF_TOKEN, else `hf auth login`."""
    from huggingface_hub import HfApi
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

    if not sys.stderr.isatty():
        disable_progress_bars()
    return HfApi(endpoint=url.rstrip("/"), token=os.environ.get(TOKEN) or None)


@contextmanager
def told(url: str) -> Iterator[None]:
    """Errors of the client as ours, with what to do; never a token or a text in them."""
    from huggingface_hub import errors

    try:
        yield
    except errors.HfHubHTTPError as error:
        raise _answered(error.response, url, getattr(error, "server_message", None) or "") from error
    except errors.OfflineModeIsEnabled as error:
        raise UsageError(
            "HF_HUB_OFFLINE=1，客户端不联网 / HF_HUB_OFFLINE=1 keeps the client offline",
            hint="unset HF_HUB_OFFLINE 再试；地址由 --to、--from 指定，不会连到别处 / unset it: only the address given is called",
        ) from error
    except errors.LocalEntryNotFoundError as error:  # the client's word for whatever kept it from a file's headers
        answered = next((one for one in _causes(error) if getattr(one, "response", None) is not None), None)
        if answered is None:
            raise _unreachable(url, error) from error
        raise _answered(answered.response, url, "") from error  # type: ignore[attr-defined]
    except OSError as error:  # every connection error of the client is an OSError
        raise _unreachable(url, error) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "requests"):
            raise _unreachable(url, error) from error
        raise


def _answered(response: Any, url: str, message: str) -> Exception:
    """The server's answer as an error of ours; a closed version with the reason that it gave."""
    said = (message or response.headers.get("x-error-message") or "").replace("\n", " ")
    if response.headers.get("x-yuliao-closed") == "withdrawn" or response.headers.get("x-error-code") == "Withdrawn":
        return VersionClosed(
            f"版本已撤回 / withdrawn：{said}", tombstone={"kind": "withdrawn"}, hint="改用更新的版本 / use a newer version"
        )
    return _typed(response.status_code, url, said)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _unreachable(url: str, error: Exception) -> Exception:
    return SourceMissing(
        f"连不上 {url}（{type(error).__name__}）/ cannot reach {url}",
        hint="检查网址与网络，服务是否在运行 / is `yuliao serve` running?",
    )


def _typed(status: int, url: str, message: str) -> Exception:
    said = f"：{message}" if message else ""
    if status in (401, 403):
        return UsageError(
            f"{url} 不接受（{status}）{said} / not accepted ({status})",
            hint=f"设置有写权限的令牌 {TOKEN}（yuliao token add）；数据集可能已撤回或须审批 / set a token; the dataset may be closed or gated",
        )
    if status == 400:
        return UsageError(f"{url} 不接受{said} / not accepted", hint="照它说的改 / do as it says; nothing was published")
    if status == 404:
        return UsageError(
            f"{url} 上没有这个数据集或版本 / no such dataset or version there",
            hint="检查名称；私有的需要令牌 / check the name; a private one needs a token",
        )
    if status == 410:
        return VersionClosed(
            f"已按删除请求清除{said} / purged on request",
            tombstone={"kind": "purged"},
            hint="改用更新的版本 / use a newer version",
        )
    if status == 409:
        return VersionTaken(
            f"版本已存在，内容不同{said} / it exists and holds something else", hint="升一个版本号 / choose a new version"
        )
    if status == 422:
        return IntegrityError(
            f"{url} 那边的内容已损坏{said} / what is stored there is damaged",
            hint="请对方运行 yuliao fsck --deep / ask them to run it",
        )
    if status == 412:
        return HeadMoved(
            "目录已被他人更新，本次没有写入 / the catalog has moved on; nothing was written",
            hint="再发布一次 / publish again",
        )
    return SourceMissing(
        f"{url} 出错（{status}）{said} / it failed ({status})",
        hint="稍后再试；内容没有变化 / try again; nothing has changed",
    )


def publish(release: Release, url: str, *, message: str = "", attestations: Sequence[Mapping[str, Any]] = ()) -> Pushed:
    """Verifies a release, uploads what the other side lacks, commits it to `main` and tags it vX.Y.Z. Again: does nothing.

    Raises what `Catalog.publish` raises; SourceMissing when the endpoint cannot be reached; UsageError without the right.
    """
    if findings := verify(release):
        raise IntegrityError(
            f"发布未通过核验：{findings[0].path} {findings[0].message} / the release does not verify ({len(findings)})",
            hint="运行 yuliao verify 查看全部问题 / run yuliao verify to see everything",
        )
    gates.check(release.manifest, attestations)
    with told(url):
        return _push(client(url), release, url, message, attestations)


def _push(api: Any, release: Release, url: str, message: str, attestations: Sequence[Mapping[str, Any]]) -> Pushed:
    name, tag, kind = release.corpus, f"v{release.version}", "dataset"
    api.create_repo(name, repo_type=kind, private=True, exist_ok=True)
    refs = api.list_repo_refs(name, repo_type=kind)
    there = next((one.target_commit for one in refs.tags if one.name == tag), None)
    if there is None:
        head = next((one.target_commit for one in refs.branches if one.name == "main"), None)
        files = {path: str(file) for path, file in sorted(release.files.items()) if path != ATTESTED}
        done = api.create_commit(
            name, _operations(api, release, files, attestations, head), repo_type=kind, parent_commit=head,
            commit_message=tag, commit_description=message,
        )  # fmt: skip
        api.create_tag(name, tag=tag, revision=done.oid, tag_message=message, repo_type=kind)
        return Pushed(name, release.version, release.hash, done.oid, f"{url.rstrip('/')}/datasets/{name}", True)
    _check_open(api, name, tag, url)
    _check_same(api, release, there, tag)
    return Pushed(name, release.version, release.hash, there, f"{url.rstrip('/')}/datasets/{name}", False)


def _operations(
    api: Any, release: Release, files: Mapping[str, str], attestations: Sequence[Mapping[str, Any]], head: str | None
) -> list[Any]:
    """Every file of the release, and the removal of what an earlier version had and this one has not."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    wanted: list[Any] = [CommitOperationAdd(path, file) for path, file in files.items()]
    if attestations:
        note = to_json({"format": FORMAT, "release": release.hash, "attestations": [dict(one) for one in attestations]})
        wanted.append(CommitOperationAdd(ATTESTED, note))
    before = api.list_repo_files(release.corpus, repo_type="dataset", revision=head) if head else []
    left = set(before) - {one.path_in_repo for one in wanted} - (BESIDE - {ATTESTED})
    return wanted + [CommitOperationDelete(path) for path in sorted(left)]


def _check_open(api: Any, name: str, tag: str, url: str) -> None:
    """Raises what the server says of a version that it withdrew or purged; a gate in front of the files is no such thing."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    try:
        api.get_hf_file_metadata(url=hf_hub_url(name, MANIFEST, repo_type="dataset", revision=tag, endpoint=url.rstrip("/")))
    except HfHubHTTPError as error:
        if error.response is not None and "x-yuliao-closed" in error.response.headers:
            raise


def _check_same(api: Any, release: Release, commit: str, tag: str) -> None:
    (found,) = api.get_paths_info(release.corpus, [MANIFEST], repo_type="dataset", revision=commit) or [None]
    size = release.files[MANIFEST].stat().st_size
    if found is None or found.size != size or found.blob_id != _git_oid(release):
        raise VersionTaken(
            f"{release.corpus} {tag} 已发布，内容不同 / {tag} is published and holds something else",
            hint="已发布的版本不会改变：请升一个版本号 / published versions never change: choose a new version",
        )


def _git_oid(release: Release) -> str:
    from corpora.catalog.commits import file_entry

    return str(file_entry(MANIFEST, release.files[MANIFEST], file_sha256(release.files[MANIFEST]))["oid"])
