"""POST …/commit/BRANCH: the lines of a commit become blobs and operations; then the branch moves, all at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.changes import Add, Delete, DeleteFolder, Operation
from corpora.catalog.repository import Repository
from corpora.errors import BlobMissing, PathRefused
from corpora.hub.protocol import broken
from corpora.hub.urls import shown
from corpora.hub.writing.bodies import answer, check_no_pull_request, in_thread, pieces
from corpora.hub.writing.commit_lines import LARGEST, Copied, Deleted, File, Header, LargeFile, Line, Lines
from corpora.hub.writing.desk import Desk, Writer
from corpora.hub.writing.uploads import Held


@dataclass
class _Draft:
    """A commit that is arriving. Small files are stored as they come: nothing names them until the commit does."""

    desk: Desk
    repository: Repository
    branch: str
    by: str
    header: Header | None = None
    operations: list[Operation] = field(default_factory=list)
    lines: Lines = field(default_factory=Lines)

    def __post_init__(self) -> None:
        self.held = Held(self.repository, self.desk.uploads(self.repository), self.by)

    def feed(self, piece: bytes) -> None:
        for line in self.lines.feed(piece):
            self._take(line)

    def finish(self) -> str:
        """Moves the branch and returns the commit."""
        for line in self.lines.end():
            self._take(line)
        assert self.header is not None
        if not self.operations:
            raise broken("提交里没有操作", "the commit does nothing")
        name = self.repository.commit(
            self.branch, self.operations, title=self.header.summary, message=self.header.description, by=self.by,
            parent=self.header.parent,
        )  # fmt: skip
        self.desk.on_commit(self.repository, name, self.by)
        return name

    def _take(self, line: Line) -> None:
        if isinstance(line, Header):
            self.header = line
        elif isinstance(line, File):
            self.operations.append(self._small(line))
        elif isinstance(line, LargeFile):
            self.operations.append(self._large(line))
        elif isinstance(line, Deleted):
            self.operations.append(DeleteFolder(line.path) if line.folder else Delete(line.path))
        else:
            self.operations.append(self._copy(line))

    def _small(self, line: File) -> Add:
        with self.repository.blobs.writing() as blob:
            blob.write(line.content)
            return Add(line.path, blob.finish(), len(line.content))

    def _large(self, line: LargeFile) -> Add:
        size = self.held.size(line.sha256, ever=True)
        if size is None or line.size not in (None, size):
            raise _not_uploaded(line.sha256)
        self.repository.blobs.touch(line.sha256)
        return Add(line.path, line.sha256, size, lfs=True)

    def _copy(self, line: Copied) -> Add:
        """Of a file that this repository has; as an addition, so that purged bytes are found missing."""
        entry = self.repository.files(line.revision or self.branch).get(line.source)
        if entry is None:
            raise PathRefused(
                "要复制的文件不存在 / the file to copy is not there", hint="检查路径与版本 / check path and revision"
            )
        return Add(line.path, entry["sha256"], entry["size"], lfs=bool(entry["lfs"]))


def _not_uploaded(sha256: str) -> BlobMissing:
    return BlobMissing(
        f"内容没有上传到这个数据集：{sha256[:12]}… / these bytes were not uploaded here: {sha256[:12]}…",
        hint="重新上传后再提交 / upload it again, then commit",
    )


async def commit(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """Answers {success, commitOid, commitUrl}; 412 when `parentCommit` is not the head."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    check_no_pull_request(request)
    draft = await in_thread(lambda: _Draft(desk, repository, revision, who.name))
    async for piece in pieces(request, most=LARGEST):
        await in_thread(lambda piece=piece: draft.feed(piece), limiter=desk.commits)  # type: ignore[misc]
    name = await in_thread(draft.finish, limiter=desk.commits)
    url = f"{shown(request)}/datasets/{corpus}/commit/{name}"
    return answer({"success": True, "commitOid": name, "commitUrl": url})
