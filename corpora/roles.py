"""Roles: those of the catalog are the only ones. Who holds one, the catalog says; what one may do, `configs/workbench.yaml`,
or the workspace's own file of that name in its place.

On one's own machine, where the catalog has no users, whoever sits there holds them all. Older files say roles by their
Chinese labels, and a `roles.yaml` in the workspace named people: both are still read, the latter while there are no users.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml

from corpora.catalog import Catalog
from corpora.catalog.people import ROLES, People, Principal
from corpora.errors import UsageError
from corpora.forms import FORMAT
from corpora.names import nearest
from corpora.workspace import Workspace

FILE, PEOPLE = "workbench.yaml", "roles.yaml"
Deed = Literal["restore", "sign"]
_PLACES: dict[Deed, tuple[str, str]] = {"restore": ("review", "restore"), "sign": ("release", "sign")}
_DEEDS = {"restore": "还原发现 / restore findings", "sign": "签字 / sign"}
_LABELS = {term.label: key for key, term in ROLES.items()}


def known(name: str) -> str:
    """Key of the role that is called so, by key or label; any other word as it is: older logs hold free words."""
    return _LABELS.get(name, name)


def parse(name: str, where: str = "") -> str:
    """Key of the role that is called so. Raises UsageError, which lists them, for one that there is not."""
    if (key := known(name)) in ROLES:
        return key
    near = nearest(name, [*ROLES, *_LABELS])
    raise UsageError(
        f"{where + '：' if where else ''}没有角色 {name} / no such role",
        hint=f"{near}；" * bool(near) + f"角色 / roles: {listed(ROLES)}",
    )


def said(name: str) -> str:
    """The Chinese label of a role, or the word as it is."""
    key = known(name)
    return ROLES[key].label if key in ROLES else name


def listed(keys: Iterable[str]) -> str:
    return "、".join(f"{key}（{said(key)}）" for key in keys)


def may(workspace: Workspace, deed: Deed) -> tuple[str, ...]:
    """Roles that may do this. What the workspace's own file does not say stays as shipped. Raises UsageError for a file that
    is none, and for roles that there are not."""
    section, name = _PLACES[deed]
    own, shipped = workspace.root / FILE, Path(str(resources.files("configs"))) / FILE
    for path in (own, shipped) if own.is_file() else (shipped,):
        found = _read(path).get(section, {}).get(name)
        if found is not None:
            return tuple(dict.fromkeys(parse(one, path.name) for one in found))
    raise AssertionError(deed)  # the shipped file says it


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    data = _yaml(path)
    rest = {key: value for key, value in data.items() if key != "format"} if isinstance(data, dict) else {}
    sections = {section: {name for at, name in _PLACES.values() if at == section} for section, _ in _PLACES.values()}
    good = isinstance(data, dict) and data.get("format") == FORMAT and all(
        isinstance(said, dict) and set(said) <= sections.get(section, set()) and all(_is_names(one) for one in said.values())
        for section, said in rest.items()
    )  # fmt: skip
    if not good:
        raise UsageError(
            f"{path.name} 不是角色设置 / {path.name} is no file of roles",
            hint=f"format: 1\nreview:\n  restore: [officer]\nrelease:\n  sign: [officer]\n角色 / roles: {listed(ROLES)}",
        )
    return rest


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _is_names(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def check(workspace: Workspace, who: str, role: str, corpus: str) -> None:
    """Raises UsageError unless the person of this name holds the role for the dataset."""
    key = parse(role)
    users = People(Catalog(workspace.catalog).database).users
    there = users.exist()
    if users.holds(who, corpus, key) if there else who in _named(workspace, key, who):
        return
    org = corpus.partition("/")[0]
    old = (
        f"；有了用户，{PEOPLE} 就不再算数 / with users, {PEOPLE} no longer counts"
        if (workspace.root / PEOPLE).is_file()
        else ""
    )
    give = f"yuliao user role {who} {key} --org {org}{old}" if there else f"由管理员改 {PEOPLE} / an administrator edits it"
    raise UsageError(
        f"{who} 没有角色 {said(key)}（{key}） / {who} does not hold the role {key}",
        hint=f"请有此角色的人来，或 / let somebody who holds it, or: {give}",
    )


def acting(workspace: Workspace, who: str, corpus: str, deed: Deed, role: str = "") -> str:
    """The role in which this person may do this: the one that is named, else the first of those that he holds. Raises
    UsageError where there is none."""
    allowed = may(workspace, deed)
    if role and parse(role) not in allowed:
        raise UsageError(
            f"角色 {said(role)} 不能{_DEEDS[deed]}：/ the role {known(role)} may not",
            hint=f"可以的角色 / roles that may: {listed(allowed)}；见 / see {FILE}",
        )
    problem: UsageError | None = None
    for one in (parse(role),) if role else allowed:
        try:
            check(workspace, who, one, corpus)
        except UsageError as error:
            problem = problem or error
        else:
            return one
    raise problem or UsageError(f"没有角色能{_DEEDS[deed]} / no role may", hint=f"见 / see {FILE}")


def of(workspace: Workspace, person: Principal, corpus: str, deed: Deed) -> str | None:
    """The role in which whoever is signed in may do this, by what his token is good for; None: he may not."""
    allowed = may(workspace, deed) if person.may_write() else ()
    return next((role for role in allowed if person.holds(corpus, role)), None)


def _named(workspace: Workspace, role: str, who: str) -> Iterable[str]:
    """Whom an older `roles.yaml` names for a role; without one it is whoever asks."""
    path = workspace.root / PEOPLE
    if not path.is_file():
        return (who,)
    data = _yaml(path)
    found = data.get("roles") if isinstance(data, dict) and data.get("format") == FORMAT else None
    if not isinstance(found, dict):
        raise UsageError(f"{PEOPLE} 不是角色表 / {PEOPLE} is none", hint=f"format: 1\nroles:\n  {said('officer')}: [姓名]\n")
    by_role = [(parse(str(name), PEOPLE), names) for name, names in found.items()]
    return [str(one) for key, names in by_role if key == role for one in names or ()]
