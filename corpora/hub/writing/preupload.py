"""POST …/preupload/REVISION: for each file, whether it goes into the commit itself or is uploaded as a large file before.

Parquet always is large: `push_to_hub` removes its temporary files before the commit. Also says what is there already under
the path, so that clients skip files that did not change.
"""

from __future__ import annotations

import base64
import binascii
import codecs
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.paths import check_new_path, check_path
from corpora.hub.protocol import TooLarge, broken
from corpora.hub.writing.bodies import answer, check_no_pull_request, in_thread, read_json, text_of
from corpora.hub.writing.desk import Desk, Writer
from corpora.hub.writing.ignoring import Ignoring

MOST_FILES = 256
SMALL = 1 << 20  # bytes below which text goes into the commit
_LARGE = (
    ".parquet", ".arrow", ".feather", ".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".rar", ".pdf", ".doc",
    ".docx", ".xls", ".xlsx", ".png", ".jpg", ".jpeg", ".bin", ".npy", ".npz", ".pt", ".safetensors",
)  # fmt: skip


def mode(path: str, size: int, sample: bytes) -> str:
    """`regular` for small UTF-8 text, by the first bytes; else `lfs`."""
    if size >= SMALL or path.lower().endswith(_LARGE) or b"\0" in sample:
        return "lfs"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=len(sample) >= size)
    except UnicodeDecodeError:
        return "lfs"
    return "regular"


async def preupload(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """At most 256 files a request. Answers {files: [{path, uploadMode, shouldIgnore, oid}]}."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    check_no_pull_request(request)
    body = await read_json(request, most=4 << 20)
    files = body.get("files")
    if not isinstance(files, list):
        raise broken("缺少 files", "files is missing")
    if len(files) > MOST_FILES:
        raise TooLarge(f"一次最多 {MOST_FILES} 个文件 / at most {MOST_FILES} files", hint="分几次 / split them")
    there = await in_thread(lambda: repository.files(revision))
    ignored = _ignoring(text_of(body, "gitIgnore", most=1 << 16, default=""))
    return answer(await in_thread(lambda: {"files": [_one(file, there, ignored) for file in files]}))


def _one(file: Any, there: Mapping[str, Any], ignored: Ignoring) -> dict[str, Any]:
    if not isinstance(file, dict) or type(size := file.get("size")) is not int or size < 0:
        raise broken("文件说明不合格式", "a file is not described as it should be")
    try:
        sample = base64.b64decode(text_of(file, "sample", most=4096, default=""), validate=True)
    except (ValueError, binascii.Error) as error:
        raise broken("sample 解不开", "a sample cannot be decoded") from error
    path = check_path(text_of(file, "path"))
    if path not in there:  # before its bytes are sent
        check_new_path(path)
    chosen = mode(path, size, sample)
    return {"path": path, "uploadMode": chosen, "shouldIgnore": path in ignored, "oid": _oid(there.get(path), chosen)}


def _oid(entry: Mapping[str, Any] | None, chosen: str) -> str | None:
    """sha256 of a large file, git's sha1 of a small one; None when it is stored the other way."""
    if entry is None or (entry["lfs"] is None) != (chosen == "regular"):
        return None
    return str(entry["oid"] if chosen == "regular" else entry["sha256"])


def _ignoring(patterns: str) -> Ignoring:
    """The folder's .gitignore: the Hub asks its server what it leaves out. Raises ProtocolError for one beyond all measure."""
    try:
        return Ignoring(patterns)
    except ValueError as error:
        raise broken(".gitignore 规则太多", "the .gitignore has too many rules") from error
