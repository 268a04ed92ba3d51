"""Files and folders of a revision: `tree` by folder or recursive, page by page, and `paths-info` for named ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.people import Principal
from corpora.hub.protocol import broken
from corpora.hub.reading.desk import Desk, NoEntry, file_entry, in_thread, warnings
from corpora.hub.urls import base_of
from corpora.hub.writing.bodies import json_object, pieces

_PAGE = 1000
_MOST_PATHS, _LARGEST_FORM = 5000, 8 << 20


async def tree(desk: Desk, request: Request, who: Principal, corpus: str, revision: str, path: str = "") -> Response:
    """`?recursive=true&expand=true&limit=&cursor=`; the next page is named in the header Link."""
    asked = request.query_params
    limit = page_size(asked.get("limit"))
    after = asked.get("cursor", "")

    def look() -> Response:
        repository = desk.repository(who, corpus)
        found = desk.revision(who, repository, revision)
        desk.check_reading(who, repository, found, "README.md")
        commit = repository.commits.get(found.commit)
        folder = path.strip("/")
        listed = list(entries(commit["files"], folder, recursive=_true(asked.get("recursive"))))
        if not listed and folder:
            raise NoEntry("没有这个目录 / no such folder").with_headers({"X-Repo-Commit": found.commit})
        page = [one for one in listed if one["path"] > after][: limit + 1]
        if _true(asked.get("expand")):
            page = [one | _last(found.commit, commit) for one in page]
        headers = warnings(repository, found)
        if len(page) > limit:
            page = page[:limit]
            again = [(key, value) for key, value in asked.multi_items() if key != "cursor"] + [("cursor", page[-1]["path"])]
            where = f"{base_of(request)}{request.scope['raw_path'].decode('latin-1')}?{urlencode(again)}"
            headers["Link"] = f'<{where}>; rel="next"'
        return JSONResponse(page, headers=headers)

    return await in_thread(look)


def entries(files: Mapping[str, Any], folder: str, *, recursive: bool) -> Iterator[dict[str, Any]]:
    """The files below a folder (`""`: all) and the folders on the way, by path."""
    start = folder + "/" if folder else ""
    inside = {path: entry for path, entry in files.items() if path.startswith(start)}
    folders = {start + part for path in inside for part in _folders(path[len(start) :], recursive=recursive)}
    shown = {path: file_entry(path, one) for path, one in inside.items() if recursive or "/" not in path[len(start) :]}
    shown |= {path: {"type": "directory", "path": path, "oid": _oid(path), "size": 0} for path in folders}
    return (shown[path] for path in sorted(shown))


def _folders(path: str, *, recursive: bool) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(len(parts) if recursive else min(1, len(parts)))]


def _oid(path: str) -> str:
    return hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()


def _true(text: str | None) -> bool:
    return (text or "").lower() in ("true", "1")


def page_size(text: str | None) -> int:
    """1 … 1000. Raises ProtocolError for what is no number."""
    return max(1, min(whole_number(text, "limit", default=_PAGE), _PAGE))


def whole_number(text: str | None, name: str, *, default: int) -> int:
    """A number of a query. Raises ProtocolError for what is none, or has more than eight digits."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise broken(f"{name} 应是整数", f"{name} is a whole number")
    return int(text)


async def paths_info(desk: Desk, request: Request, who: Principal, corpus: str, revision: str) -> Response:
    """The named files and folders, as form or JSON; unknown ones are left out."""
    body = b"".join([piece async for piece in pieces(request, most=_LARGEST_FORM)])
    wanted, expand = _asked(request.headers.get("content-type", ""), body)

    def look() -> Response:
        repository = desk.repository(who, corpus)
        found = desk.revision(who, repository, revision)
        commit = repository.commits.get(found.commit)
        files = commit["files"]
        folders = {one["path"]: one for one in entries(files, "", recursive=True) if one["type"] == "directory"}
        named = [file_entry(path, files[path]) if path in files else folders.get(path) for path in wanted]
        last = _last(found.commit, commit) if expand else {}
        return JSONResponse([one | last for one in named if one], headers=warnings(repository, found))

    return await in_thread(look)


def _last(name: str, commit: Mapping[str, Any]) -> dict[str, Any]:
    """What `expand` adds: the commit at which a file is seen to be as it is."""
    return {"lastCommit": {"id": name, "title": commit["title"], "date": commit["date"]}}


def _asked(kind: str, body: bytes) -> tuple[list[str], bool]:
    """(paths, expand) of a form or a JSON object. Raises ProtocolError."""
    if "json" in kind:
        value = json_object(body)
        listed = value.get("paths", [])
        paths, expand = [listed] if isinstance(listed, str) else listed, value.get("expand") is True
    else:
        try:
            form = parse_qs(body.decode("utf-8"), max_num_fields=_MOST_PATHS + 10)
        except ValueError as error:
            raise broken("表单不合格式", "the form is not well formed") from error
        paths, expand = form.get("paths", []), _true(form.get("expand", [""])[0])
    if not isinstance(paths, list) or len(paths) > _MOST_PATHS or not all(isinstance(one, str) for one in paths):
        raise broken(f"paths 应是最多 {_MOST_PATHS} 个字符串", f"paths are at most {_MOST_PATHS} strings")
    return [one.strip("/") for one in dict.fromkeys(paths)], expand
