"""Repositories over the protocol: create, delete, settings, and the check of a card."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpora.errors import UsageError, VersionTaken
from corpora.hub.protocol import Forbidden, ProtocolError, broken
from corpora.hub.urls import base_of
from corpora.hub.writing import card_rules
from corpora.hub.writing.bodies import answer, in_thread, read_json, text_of
from corpora.hub.writing.desk import Desk, Writer, no_right

_GATES = (False, "auto", "manual")  # from loose to strict
_WRONG_CARD = {"x-error-message": "the card is not as it should be: see errors"}
_STAYS_PRIVATE = "private; pushed datasets stay private until they are verified and an owner opens them"


async def create(desk: Desk, request: Request, who: Writer) -> Response:
    """Private whatever was asked: what is pushed is not yet trusted. 409 with the same body when it exists."""
    body = await read_json(request)
    corpus, wants_public = _corpus(body, who), _visibility(body) is False
    repository = _named(desk, corpus)
    if not await in_thread(lambda: desk.writes(who, corpus)):
        raise no_right(corpus)
    named = {"url": f"{base_of(request)}/datasets/{corpus}", "name": corpus, "id": corpus}
    try:
        await in_thread(lambda: repository.create(by=who.name, private=True, pushed=True))
    except VersionTaken as error:
        return answer({**named, "error": str(error)}, 409, {"x-error-message": "You already created this dataset repo"})
    return answer(named, headers={"x-hf-warning": _STAYS_PRIVATE} if wants_public else None)


def _corpus(body: dict[str, Any], who: Writer) -> str:
    if body.get("type") != "dataset":
        raise broken("目录只存数据集", "this catalog holds datasets only: repo_type=dataset")
    return f"{text_of(body, 'organization', default=who.name)}/{text_of(body, 'name')}"


def _named(desk: Desk, corpus: str) -> Any:
    try:
        return desk.catalog.repository(corpus)
    except UsageError as error:
        raise ProtocolError(str(error), hint=error.hint) from error


def _visibility(body: dict[str, Any]) -> bool | None:
    """Whether it shall be private; None when nothing is said."""
    private, visibility = body.get("private"), body.get("visibility")
    if visibility not in (None, "public", "private") or type(private) not in (bool, type(None)):
        raise broken("visibility 只能是 public 或 private", "visibility is public or private")
    return visibility == "private" if visibility else private


async def delete(desk: Desk, request: Request, who: Writer) -> Response:
    """409 while it holds published versions."""
    corpus = _corpus(await read_json(request), who)
    repository = await in_thread(lambda: desk.repository(who, corpus, manage=True))
    await in_thread(lambda: repository.delete(by=who.name))
    return answer({"success": True})


async def move(desk: Desk, request: Request, who: Writer) -> Response:
    """400 for everybody: a name is in tags, grants and the audit log, and stays."""
    raise ProtocolError(
        "不支持改名或转移数据集 / moving or renaming a dataset is not supported",
        hint="用新名字重新发布 / publish it under the new name: yuliao publish",
    )


async def settings(desk: Desk, request: Request, who: Writer, corpus: str) -> Response:
    """{visibility | private, gated}. 403 when what nobody verified would be opened."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    body = await read_json(request)
    opening = body.get("gated") is None and _visibility(body) is False  # curators may open what was verified
    if not opening:
        await in_thread(lambda: desk.repository(who, corpus, manage=True))
    wanted: dict[str, Any] = {} if (private := _visibility(body)) is None else {"private": private}
    if body.get("gated") is not None:
        if body["gated"] not in ("auto", "manual") and body["gated"] is not False:
            raise broken("gated 只能是 auto、manual 或 false", "gated is auto, manual or false")
        wanted["gated"] = body["gated"]
        if _GATES.index(body["gated"]) < _GATES.index(repository.settings.gated) and not desk.loosens(who, corpus):
            raise Forbidden(
                "放宽下载审批须由数据安全官决定 / only an officer may loosen the gate", hint="yuliao settings … --gated"
            )
    if not wanted:
        raise broken("没有要改的设置", "no setting that can be changed")
    try:
        now = await in_thread(lambda: repository.set(by=who.name, **wanted))
    except UsageError as error:
        raise Forbidden(str(error), hint=error.hint) from error
    return answer({"private": now.private, "gated": now.gated})


async def validate_yaml(desk: Desk, request: Request, who: Writer) -> Response:
    """{errors, warnings} of a dataset's card; 400 when there are errors."""
    body = await read_json(request, most=8 << 20)
    content = text_of(body, "content", most=4 << 20)
    errors, warnings = await in_thread(lambda: card_rules.check(content))
    found = {"errors": [{"message": one} for one in errors], "warnings": [{"message": one} for one in warnings]}
    return answer({**found, "error": errors[0]}, 400, _WRONG_CARD) if errors else answer(found)
