"""The catalog's people on the command line: `yuliao user` and `yuliao org`. Who may open the database may use them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from corpora import tables
from corpora.catalog.people import ALL
from corpora.catalog.people.terms import ROLES
from corpora.catalog.people_options import As, DatabaseUrl, Display, UserName, acting, open_people, plain, said
from corpora.commands import AsJson, InCatalog, print_json

users = typer.Typer(no_args_is_help=True, help="用户与角色 / users and their roles")
organisations = typer.Typer(
    no_args_is_help=True, help="组织，即数据集名里 / 前的部分 / organisations: namespaces of datasets"
)

# --- users ------------------------------------------------------------------------------------------


@users.command("add")
def user_add(
    name: UserName, display: Display = "", as_: As = None, as_json: AsJson = False, catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:  # fmt: skip
    """新增用户 / add a user. 第一个用户一加，本机免登录就结束 / the first one ends the local mode."""
    people = open_people(catalog, database)
    people.users.add(name, display, **acting(people, as_))
    said(as_json, people.users.get(name), f"已新增 {name}；给他角色 / added. Next: yuliao user role {name} ROLE --org ORG")


@users.command("list")
def user_list(as_json: AsJson = False, catalog: InCatalog = None, database: DatabaseUrl = None) -> None:
    """列出用户和角色 / list users and their roles."""
    found = open_people(catalog, database).users.all()
    if as_json:
        return print_json({"users": [plain(one) for one in found]})
    lines = [[one.name, one.display, "停用" if one.disabled else "", _roles(one.roles), one.created[:10]] for one in found]
    tables.show(["用户", "名字", "状态", "角色", "新增"], lines)
    if not found:
        tables.say("还没有用户 / no users yet: yuliao user add NAME")


def _roles(held: Any) -> str:
    return "；".join(
        f"{'全目录' if org == ALL else org}：{'、'.join(ROLES[role].label for role in ROLES if role in roles)}"
        for org, roles in sorted(held.items())
    )


@users.command("disable")
def user_disable(
    name: UserName, as_: As = None, as_json: AsJson = False, catalog: InCatalog = None, database: DatabaseUrl = None
) -> None:
    """停用：令牌与授权随即无效 / disable a user: tokens and grants are refused at once."""
    people = open_people(catalog, database)
    people.users.disable(name, **acting(people, as_))
    said(as_json, people.users.get(name), f"已停用 / disabled: {name}")


@users.command("enable")
def user_enable(
    name: UserName, as_: As = None, as_json: AsJson = False, catalog: InCatalog = None, database: DatabaseUrl = None
) -> None:
    """重新启用 / enable a user again."""
    people = open_people(catalog, database)
    people.users.enable(name, **acting(people, as_))
    said(as_json, people.users.get(name), f"已启用 / enabled: {name}")


@users.command("role")
def user_role(
    name: UserName,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="、".join(f"{key} {one.label}" for key, one in ROLES.items()))],
    org: Annotated[str, typer.Option("--org", help="组织；* 是全目录 / an organisation; * is the whole catalog")],
    remove: Annotated[bool, typer.Option("--remove", help="收回 / take it back")] = False,
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """授予或收回角色 / give a role, or take it back."""
    people = open_people(catalog, database)
    (people.users.take if remove else people.users.give)(name, org, role, **acting(people, as_))
    found = people.users.get(name)
    said(as_json, found, f"{name}：{_roles(found.roles) or '没有角色 / no role'}")


# --- organisations ----------------------------------------------------------------------------------


@organisations.command("add")
def org_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="数据集名里 / 前的部分 / namespace")],
    display: Display = "",
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """新增组织 / add an organisation."""
    people = open_people(catalog, database)
    people.users.add_organisation(name, display, **acting(people, as_))
    added = next(one for one in people.users.organisations() if one.name == name)
    said(as_json, added, f"已新增组织 / added: {name}")


@organisations.command("list")
def org_list(as_json: AsJson = False, catalog: InCatalog = None, database: DatabaseUrl = None) -> None:
    """列出组织 / list organisations."""
    found = open_people(catalog, database).users.organisations()
    if as_json:
        return print_json({"organisations": [plain(one) for one in found]})
    tables.show(["组织", "名字", "新增"], [[one.name, one.display, one.created[:10]] for one in found])
    if not found:
        tables.say("还没有组织 / no organisations yet: yuliao org add NAME")
