"""The desk: what every handler of the write half needs, and how it looks at who is asking."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from anyio import CapacityLimiter

from corpora.catalog import Catalog
from corpora.catalog.people import LOCAL, People, Principal
from corpora.catalog.repository import Repository
from corpora.errors import UsageError
from corpora.hub.protocol import Forbidden, NoSpace, NotThere
from corpora.hub.writing.links import Links
from corpora.hub.writing.uploads import Uploads

_RESERVE = 256 << 20  # bytes of the disk that uploads leave alone


class Writer(Protocol):
    """Who is asking, as far as writing goes."""

    @property
    def name(self) -> str: ...
    @property
    def token(self) -> str | None: ...


@dataclass(frozen=True)
class Desk:
    """`sees`, `writes`, `manages`, `loosens`: may this principal know of, write to, manage, open the gate of that dataset?

    `renew`: the principal (by name and id of its token) behind a ticket as it is now, with the rights that it has left.
    """

    catalog: Catalog
    links: Links
    sees: Callable[[Any, str], bool]
    writes: Callable[[Any, str], bool]
    manages: Callable[[Any, str], bool]
    loosens: Callable[[Any, str], bool]
    renew: Callable[[str, str | None], Writer]
    on_commit: Callable[[Repository, str, str], None] = lambda repository, commit, by: None
    commits: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(6))
    rebuilds: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))

    def named(self, corpus: str) -> Repository:
        """The repository, whether it exists or not. Raises NotThere for what can't be a name."""
        try:
            return self.catalog.repository(corpus)
        except UsageError as error:
            raise _unknown(corpus) from error

    def repository(self, who: Writer, corpus: str, *, manage: bool = False) -> Repository:
        """One that `who` may write to (or manage). Raises NotThere when it may not know of it, Forbidden when it may."""
        repository = self.named(corpus)
        if not repository.exists or not self.sees(who, corpus):
            raise _unknown(corpus)
        if not (self.manages if manage else self.writes)(who, corpus):
            raise no_right(corpus)
        return repository

    def signature(self, who: Writer) -> dict[str, Any]:
        """What a ticket says of whoever it is for."""
        return {"who": who.name, "token": who.token}

    def again(self, ticket: Mapping[str, Any]) -> Writer:
        """The principal that a ticket was made for. Its rights are asked for at every call, not only when it was made."""
        return self.renew(ticket["who"], ticket["token"])

    def uploads(self, repository: Repository) -> Uploads:
        return Uploads(repository.folder / "uploads")

    def check_space(self, size: int) -> None:
        """Raises NoSpace when the disk could not hold `size` more bytes."""
        import shutil

        if shutil.disk_usage(self.catalog.root).free < size + _RESERVE:
            raise NoSpace("磁盘空间不足 / the disk has no room for it", hint="请联系管理员 / ask whoever runs the catalog")


def desk_of(catalog: Catalog, people: People) -> Desk:
    """The desk of a catalog, its rights as its people have them."""

    def sees(who: Principal, corpus: str) -> bool:
        return people.access.visibility(who, corpus, catalog.repository(corpus).settings) == "yes"

    def renew(name: str, token: str | None) -> Principal:
        if token is not None:
            return people.tokens.still(token)
        if people.anyone():
            raise Forbidden("本机模式已结束 / the local mode has ended", hint="用令牌登录 / use a token: yuliao token add")
        return LOCAL

    access = people.access
    return Desk(catalog, Links(catalog.root), sees, access.writing, access.managing, access.loosening, renew)


def no_right(corpus: str) -> Forbidden:
    return Forbidden(
        f"没有写 {corpus} 的权限 / no right to write to {corpus}",
        hint="向该组织的 owner 申请 / ask an owner of the organisation",
    )


def _unknown(corpus: str) -> NotThere:
    return NotThere(f"没有数据集 {corpus[:100]} / no such dataset", hint="先创建 / create it first: create_repo")


def scratch(folder: Path) -> Path:
    """A name nobody has, for a file that is being written."""
    return folder / secrets.token_hex(16)
