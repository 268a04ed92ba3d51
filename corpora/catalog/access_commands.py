"""Tokens and grants on the command line: `yuliao token` and `yuliao grant`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from corpora import tables
from corpora.catalog.people import Grant, People, Token
from corpora.catalog.people.grants import DAYS as GRANT_DAYS
from corpora.catalog.people.terms import SCOPES, STATES
from corpora.catalog.people.tokens import DAYS
from corpora.catalog.people_options import (
    As,
    DatabaseUrl,
    Number,
    OfDataset,
    OfUser,
    UserName,
    Why,
    acting,
    deciding,
    open_people,
    open_store,
    plain,
    said,
)  # fmt: skip
from corpora.catalog.requests import Requests
from corpora.commands import AsJson, InCatalog, print_json
from corpora.errors import UsageError
from corpora.names import did_you_mean, split_reference

tokens = typer.Typer(no_args_is_help=True, help="令牌：客户端凭它登录 / tokens that clients show")
grants = typer.Typer(no_args_is_help=True, help="下载申请与授权 / requests for gated datasets, and grants")

# --- tokens -----------------------------------------------------------------------------------------


@tokens.command("add")
def token_add(
    name: UserName,
    label: Annotated[str, typer.Option("--label", help="用在哪里 / where it is used")] = "",
    scope: Annotated[str, typer.Option("--scope", help="read 只读，write 可写 / read or write")] = "read",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ORG|NAME", help="只用于这些组织或数据集 / only for")
    ] = None,
    days: Annotated[int, typer.Option("--days", help="多少天后过期 / days until it expires")] = DAYS,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="标准输出只有令牌 / the token alone on standard output")
    ] = False,
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """签发令牌，只显示这一次 / make a token; it is shown this once."""
    people = open_people(catalog, database)
    secret, token = people.tokens.add(name, label, scope=scope, only=only or (), days=days, **acting(people, as_))
    if as_json:
        return print_json({**plain(token), "secret": secret})
    tables.say(secret)
    if not quiet:
        typer.echo(
            f"{token.id}：{SCOPES[scope].label}，{token.expires[:10]} 到期；只显示这一次，客户端里设 HF_TOKEN"
            " / shown this once; set HF_TOKEN to it", err=True,
        )  # fmt: skip


@tokens.command("list")
def token_list(
    name: OfUser = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """列出令牌的编号、范围、到期与上次使用 / list tokens; the secrets themselves are not stored."""
    found = open_people(catalog, database).tokens.all(name)
    if as_json:
        return print_json({"tokens": [plain(one) for one in found]})
    tables.show(["编号", "用户", "说明", "范围", "限于", "到期", "上次使用", "吊销"], [_token(one) for one in found])
    if not found:
        tables.say("还没有令牌 / no tokens yet: yuliao token add NAME")


def _token(one: Token) -> list[str]:
    days = (one.expires[:10], one.used, one.revoked[:10])
    return [one.id, one.user, one.label, SCOPES[one.scope].label, "、".join(one.only), *days]


@tokens.command("revoke")
def token_revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="编号，见 yuliao token list / its id")],  # noqa: A002
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """吊销令牌，下一次调用起无效 / revoke a token: refused from the next call on."""
    people = open_people(catalog, database)
    people.tokens.revoke(id, **acting(people, as_))
    revoked = next(one for one in people.tokens.all() if one.id == id)
    said(as_json, revoked, f"已吊销 / revoked: {id}")


# --- grants -----------------------------------------------------------------------------------------


@grants.command("request")
def grant_request(
    reference: Annotated[
        str, typer.Argument(metavar="NAME[@VERSION]", help="数据集，或它的一个版本 / dataset, or one version")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="用途 / what for")],
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """申请下载一个受控的数据集 / ask for a gated dataset."""
    store = open_store(catalog, database)
    people, (corpus, version) = People(store.database), split_reference(reference)
    told = deciding(people, as_)
    who = people.users.principal(told["by"])
    _show_grant(Requests(store, people).ask(who, corpus, purpose, version=version or "", **told), as_json)


@grants.command("list")
def grant_list(
    name: OfUser = None,
    dataset: OfDataset = None,
    state: Annotated[
        str | None, typer.Option("--state", help="、".join(f"{key} {one.label}" for key, one in STATES.items()))
    ] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """列出申请与授权，连同下载次数与字节 / list requests and grants, with their downloads."""
    if state is not None and state not in STATES:
        raise UsageError(f"没有状态 {state} / no such state", hint=did_you_mean(state, STATES))
    people = open_people(catalog, database)
    found = people.grants.all(user=name, corpus=dataset, state=state)
    if as_json:
        return print_json({"grants": [_grant(people, one) for one in found]})
    head = ["编号", "用户", "数据集", "版本", "用途", "状态", "决定人", "到期", "下载", "字节"]
    tables.show(head, [_line(people, one) for one in found])
    if not found:
        tables.say("没有申请 / no requests")


def _grant(people: People, grant: Grant) -> dict[str, Any]:
    return {**plain(grant), "state": grant.said(people.now())}


def _line(people: People, one: Grant) -> list[Any]:
    state = STATES[one.said(people.now())].label
    asked = [one.id, one.user, one.corpus, one.version or "全部", one.purpose]
    return [*asked, state, one.decided_by, one.ends[:10], one.downloads, one.bytes]


def _show_grant(grant: Grant, as_json: bool) -> None:
    until = f"，{grant.ends[:10]} 到期 / until {grant.ends[:10]}" if grant.ends else ""
    asked = f"{grant.user} → {grant.corpus}{'@' + grant.version if grant.version else ''}"
    said(as_json, grant, f"申请 {grant.id}（{asked}）：{STATES[grant.state].label} / {grant.state}{until}")


@grants.command("approve")
def grant_approve(
    id: Number,  # noqa: A002
    days: Annotated[int, typer.Option("--days", help="多少天有效 / days until it ends")] = GRANT_DAYS,
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """批准：须有数据安全官角色，且不是本人的申请 / approve a request, as an officer, and never one's own."""
    people = open_people(catalog, database)
    _show_grant(people.grants.approve(id, days=days, **deciding(people, as_)), as_json)


@grants.command("refuse")
def grant_refuse(
    id: Number,  # noqa: A002
    reason: Why = "",
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """拒绝 / refuse a request, as an officer."""
    people = open_people(catalog, database)
    _show_grant(people.grants.refuse(id, reason=reason, **deciding(people, as_)), as_json)


@grants.command("revoke")
def grant_revoke(
    id: Number,  # noqa: A002
    reason: Why = "",
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """收回授权或撤回申请，下一次调用起无效 / revoke a grant: refused from the next call on."""
    people = open_people(catalog, database)
    _show_grant(people.grants.revoke(id, reason=reason, **deciding(people, as_)), as_json)
