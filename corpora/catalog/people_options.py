"""What the commands for people, tokens, grants and the audit log share: their options, and who acts."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.catalog import Catalog
from corpora.catalog.audit import user as account
from corpora.catalog.people import People
from corpora.commands import AsJson, InCatalog, print_json
from corpora.errors import UsageError
from corpora.workspace import Workspace

__all__ = ["AsJson", "InCatalog"]

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="人员与审计的数据库，默认在目录里，或 $YULIAO_DATABASE / default: in the catalog"
    ),
]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="以哪个用户的名义，默认系统用户 / who does it")]
UserName = Annotated[str, typer.Argument(metavar="NAME", help="用户名 / user")]
Number = Annotated[int, typer.Argument(metavar="ID", help="申请的编号 / number of the request")]
OfUser = Annotated[str | None, typer.Option("--user", help="只看这个用户 / of one user")]
OfDataset = Annotated[str | None, typer.Option("--dataset", metavar="NAME", help="哪个数据集 / which dataset")]
Why = Annotated[str, typer.Option("--reason", help="原因，记入审计日志 / why; goes to the audit log")]
Display = Annotated[str, typer.Option("--display", help="显示的名字，可用中文 / name for people")]


def open_store(catalog: Path | None, database: str | None) -> Catalog:
    """The catalog, its people and audit log at `database` if one is named."""
    return Catalog(catalog or Workspace().catalog, database=database)


def open_people(catalog: Path | None, database: str | None) -> People:
    return People(open_store(catalog, database).database)


def acting(people: People, name: str | None) -> dict[str, str]:
    """Who does it: the system's user, or a user of the catalog; then the log has both."""
    if name is None:
        return {"by": account()}
    return {"by": people.users.principal(name).name, "account": account()}


def deciding(people: People, name: str | None) -> dict[str, str]:
    """As `acting`, for what only a user of the catalog can do. Raises UsageError where nobody is named and the system's user is none."""
    names = [one.name for one in people.users.all()]
    if name is None and account() not in names:
        there = f"；有 / there are: {'、'.join(names)}" if names else "；先建用户 / add one first: yuliao user add NAME"
        raise UsageError("没有写明是谁 / nobody was named who does it", hint=f"--as 用户名 / --as NAME{there}")
    return acting(people, name)


def said(as_json: bool, value: Any, line: str) -> None:
    if as_json:
        print_json(plain(value))
    else:
        tables.say(line)


def plain(value: Any) -> dict[str, Any]:
    """A dataclass as what JSON can hold."""
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if "roles" in fields:
        fields["roles"] = {org: sorted(roles) for org, roles in sorted(fields["roles"].items())}
    return fields
