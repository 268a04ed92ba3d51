"""`yuliao user`, `org`, `token`, `grant`, `audit`: as an administrator, an officer and a script use them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from releases import release

from corpora import roles
from corpora.catalog import Catalog
from corpora.catalog.audit import user
from corpora.catalog.people import People
from corpora.catalog.spool import Spool
from corpora.errors import UsageError
from corpora.workspace import Workspace
from tests.terminal import call


@pytest.fixture()
def house(capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs a command that ends with this code; gives its object with --json, else what it printed or said went wrong."""

    def run(*words: str, code: int = 0) -> Any:
        status, out, err = call(capfd, *words)
        assert status == code, err
        return json.loads(out) if "--json" in words and out else err if code else out

    for words in ("user add wang --display 王", "user add li", "org add nb", "user role wang officer --org nb"):
        run(*words.split())
    return run


def test_users_and_organisations(house: Any) -> None:
    assert "数据安全官" in house("user", "list") and "nb" in house("org", "list")
    found = {one["name"]: one for one in house("user", "list", "--json")["users"]}
    assert found["wang"]["roles"] == {"nb": ["officer"]} and found["wang"]["display"] == "王"
    assert house("user", "role", "wang", "officer", "--org", "nb", "--remove", "--json")["roles"] == {}
    assert house("user", "disable", "li", "--json")["disabled"] is True
    assert "停用" in house("user", "list")
    assert house("user", "enable", "li", "--json")["disabled"] is False
    assert "officer" in house("user", "role", "wang", "offcer", "--org", "nb", code=2)
    assert house("org", "add", "qc", "--display", "质检", "--json")["display"] == "质检"


def test_a_script_gets_the_secret_alone(house: Any, home: Path) -> None:
    secret = house("token", "add", "li", "-q", "--label", "笔记本").strip()
    assert secret.startswith("hf_") and len(secret) == 46
    other = house("token", "add", "li", "--scope", "write", "--only", "nb", "--days", "3", "--json")
    assert len(other["secret"]) == 46 and other["only"] == ["nb"]
    listed = house("token", "list", "--user", "li", "--json")["tokens"]
    assert [one["scope"] for one in listed] == ["read", "write"] and "secret" not in listed[0]
    assert "笔记本" in house("token", "list")
    house("token", "revoke", other["id"])
    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert secret[3:].encode() not in everything and other["secret"][3:].encode() not in everything
    assert secret[3:] not in house("audit", "show")


def test_from_request_to_grant(house: Any, tmp_path: Path) -> None:
    store = Catalog(Workspace().catalog)
    store.publish(release(tmp_path, corpus="nb/notes"))
    store.repository("nb/notes").set(by="wang", private=False, gated="manual")
    assert "notes" in house("grant", "request", "nb/note", "--purpose", "训练", "--as", "li", code=2)
    assert "1.0.0" in house("grant", "request", "nb/notes@9.9.9", "--purpose", "训练", "--as", "li", code=2)
    asked = house("grant", "request", "nb/notes@1.0.0", "--purpose", "训练", "--as", "li", "--json")
    number = str(asked["id"])
    assert asked["state"] == "requested" and asked["version"] == "1.0.0"
    house("grant", "approve", number, code=2)  # the system's user is no officer
    house("grant", "approve", number, "--as", "li", code=2)
    assert "1 到 1096" in house("grant", "approve", number, "--as", "wang", "--days", "9999", code=2)
    assert house("grant", "approve", number, "--as", "wang", "--days", "30", "--json")["state"] == "approved"
    assert "有效" in house("grant", "list") and house("grant", "list", "--state", "requested", "--json") == {"grants": []}
    assert "收回" in house("grant", "revoke", number, "--as", "wang", "--reason", "项目结束")
    assert "state" in house("grant", "list", "--state", "open", code=2)
    second = house("grant", "request", "nb/notes", "--purpose", "评测", "--as", "li", "--json")
    assert "拒绝" in house("grant", "refuse", str(second["id"]), "--as", "wang")
    who = [(one["who"], one.get("account")) for one in Catalog(Workspace().catalog).audit.entries(what="grant_approve")]
    assert who == [("wang", user())]


def test_an_open_gate_grants_at_once(house: Any) -> None:
    repository = Catalog(Workspace().catalog).repository("nb/open")
    repository.create(by="wang")
    repository.set(by="wang", private=False, gated="auto")
    asked = house("grant", "request", "nb/open", "--purpose", "训练", "--as", "li", "--json")
    assert asked["state"] == "approved" and asked["decided_by"] == "auto" and asked["ends"]


def test_only_what_one_may_see_can_be_asked_for(house: Any) -> None:
    """As at the server's door: what is private is not there, in the same words as what does not exist."""
    store = Catalog(Workspace().catalog)
    for name, private, gated in (("secret", True, "manual"), ("free", False, False), ("held", False, "manual")):
        store.repository(f"nb/{name}").create(by="wang")
        store.repository(f"nb/{name}").set(by="wang", private=private, gated=gated)
    ask = ("--purpose", "训练", "--as", "li")
    hidden, missing = (house("grant", "request", f"nb/{name}", *ask, code=2) for name in ("secret", "secrat"))
    told = [one.replace(name, "X").splitlines()[0] for one, name in ((hidden, "secret"), (missing, "secrat"))]
    assert told[0] == told[1] and "nb/secret" not in missing  # no hint at it either
    assert "不须申请" in house("grant", "request", "nb/free", *ask, code=2)
    assert house("grant", "list", "--json") == {"grants": []}
    house("user", "role", "li", "developer", "--org", "nb")
    assert house("grant", "request", "nb/secret", *ask, "--json")["state"] == "requested"
    house("user", "disable", "li")
    assert "停用" in house("grant", "request", "nb/held", *ask, code=2)


def test_the_log_is_shown_verified_and_exported(house: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def capfd_err(*words: str) -> str:
        return call(capfd, *words)[2]

    export = tmp_path / "log.jsonl"
    assert "新增用户" in house("audit", "show") and "完好" in house("audit", "verify")
    assert [one["what"] for one in house("audit", "show", "--what", "role_give", "--json")["entries"]] == ["role_give"]
    assert "没有记录" in house("audit", "show", "--who", "nobody") and house("audit", "show", "--since", "昨天", code=2)
    assert house("audit", "export", str(export), "--json")["entries"] == 4
    assert export.stat().st_mode & 0o777 == 0o600
    assert house("audit", "export", "-") == export.read_text("utf-8")
    spool = Spool(Workspace().catalog)
    spool.append([{"what": "refused"}, {"what": "refused"}])
    assert house("audit", "verify", "--json")["waiting"] == 2 and "2 more wait" in capfd_err("audit", "verify")
    spool.drain(lambda lines: None, lambda since: set())
    assert house("audit", "verify", "--json")["waiting"] == 0
    house("user", "add", "zhao")
    assert house("audit", "verify", "--against", str(export), "--json")["differs"] is None
    (tmp_path / "empty").touch()
    house("audit", "verify", "--against", str(tmp_path / "empty"), code=2)
    house("audit", "verify", "--against", str(tmp_path / "none"), code=2)
    lines = export.read_text("utf-8").splitlines()
    export.write_text("\n".join([lines[0], lines[1].replace("li", "lo"), *lines[2:]]), "utf-8")
    assert "2" in house("audit", "verify", "--against", str(export), code=1)


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("UPDATE yuliao_audit SET line = 'x' WHERE seq = 3", 3),
        ("UPDATE yuliao_audit SET who = 'li' WHERE seq = 2", 2),
        ("DELETE FROM yuliao_audit WHERE seq = 4", 4),
    ],
)
def test_a_broken_chain_is_exit_1_and_names_the_line(house: Any, home: Path, how: str, line: int) -> None:
    with sqlite3.connect(home / "catalog" / "people.sqlite") as database:
        database.execute(how)
    assert f"第 {line} 条" in house("audit", "verify", code=1)
    assert house("audit", "verify", "--json", code=1)["broken"] == line
    assert f"第 {line} 条" in house("audit", "export", str(home / "log.jsonl"), code=1)
    assert (home / "log.jsonl").is_file()  # the evidence is written all the same


def test_another_database(house: Any, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    assert house("user", "list", "--database", url, "--json") == {"users": []}
    house("user", "add", "qian", "--database", url)
    assert [one["name"] for one in house("user", "list", "--database", url, "--json")["users"]] == ["qian"]
    assert len(house("user", "list", "--json")["users"]) == 2


def test_in_whose_name(house: Any) -> None:
    house("user", "add", "x", "--as", "nobody", code=2)
    house("user", "disable", "li", "--as", "wang")
    house("user", "add", "x", "--as", "li", code=2)
    last = next(Catalog(Workspace().catalog).audit.entries(limit=1))
    assert (last["what"], last["who"], last["account"]) == ("user_disable", "wang", user())


def test_officers_of_the_catalog_may_sign(house: Any) -> None:
    roles.check(Workspace(), "wang", "officer", "nb/notes")
    for name, role, corpus in [("li", "officer", "nb/notes"), ("wang", "officer", "qc/notes"), ("wang", "审核员", "nb/notes")]:
        with pytest.raises(UsageError):
            roles.check(Workspace(), name, role, corpus)
    People(Catalog(Workspace().catalog).database).users.disable("wang", by="root")
    with pytest.raises(UsageError):
        roles.check(Workspace(), "wang", "officer", "nb/notes")
