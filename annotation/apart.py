"""Blind for real: on our own Label Studio every person has an organisation to themselves.

In the community edition whoever is in an organisation sees all of its projects and answers, and its API makes no second
organisation. Its data model has them, and every query is bound to the reader's own one (`active_organization`, as of 1.23),
so they are made beside it, by Label Studio's own code on our data folder. A person's tasks are sent and read with the token
of that person's account, which the owner of the machine keeps.

It does not protect from: the owner of the machine, who has every token and the database; people who tell each other, or show
their screens; people without an e-mail of their own, who share the account of the server; accounts that were there before; and
somebody who writes to the API: `/api/annotations/N` asks for no organisation, so one answer can be had by its number (no page
does so, and it does not say of which text).
On a server of the team nothing of this is possible: there, not looking is a matter of courtesy.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotation import server
from annotation.batch import Batch
from annotation.label_studio import LabelStudio
from corpora.errors import YuliaoError
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically

PEOPLE = "people"
_MAKE = """
import json, sys
from label_studio import server
server._setup_env()
from django.db import transaction
from organizations.models import Organization
from rest_framework.authtoken.models import Token
from users.models import User
wanted = json.load(sys.stdin)
with transaction.atomic():
    user = User.objects.filter(email__iexact=wanted["email"]).first()
    made = user is None or Token.objects.filter(user=user, key=wanted["token"]).exists()
    if user is None:
        user = User.objects.create_user(email=wanted["email"], password=wanted["password"])
        own = Organization.create_organization(created_by=user, title=wanted["email"], legacy_api_tokens_enabled=True)
        user.active_organization = own
        user.save(update_fields=["active_organization"])
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=wanted["token"])
print("made" if made else "there")
"""


class Apart(LabelStudio):
    """Our own server. Accounts that it does not know yet are made, each in an organisation of its own."""

    def __init__(self, running: server.Running) -> None:
        super().__init__(running.url, running.token)
        self._running = running
        self._doors: dict[str, LabelStudio] = {}

    def for_account(self, account: str) -> LabelStudio:
        if account and account not in self._doors:
            said = ensure(self._running, account)
            self._doors[account] = LabelStudio(self.url, said["token"]) if said["own"] else self
        return self._doors.get(account, self)


def path_of(home: Path, account: str) -> Path:
    """Where an account's password and token are. Private."""
    return home / PEOPLE / f"{hashlib.sha256(account.casefold().encode()).hexdigest()[:16]}.json"


def ensure(running: server.Running, account: str) -> dict[str, Any]:
    """{email, password, token, own}: as drawn once. The file comes first, so a call that was killed is finished by the next.
    own: whether it is in an organisation of its own; an account that somebody else made there stays where it is."""
    private_folder(running.home / PEOPLE)
    path = path_of(running.home, account)
    said = json.loads(path.read_bytes()) if path.is_file() else {
        "format": FORMAT, "email": account, "password": secrets.token_urlsafe(12), "token": secrets.token_hex(20), "own": None,
    }  # fmt: skip
    if said["own"] is None:
        write_atomically(path, json.dumps(said).encode())
        said["own"] = _make(running, said) == "made"
        write_atomically(path, json.dumps(said).encode())
    return dict(said)


def _make(running: server.Running, said: dict[str, Any]) -> str:
    """Runs Label Studio's own code beside the server: both write the same database, under its locks."""
    done = subprocess.run(
        [str(running.python), "-c", _MAKE], input=json.dumps(said), capture_output=True, text=True, cwd=running.data,
        env=server.environment(running.home, running.data),
    )  # fmt: skip
    if done.returncode:
        raise YuliaoError(
            f"没能为 {said['email']} 建帐号 / no account could be made", hint="再推一次；仍不行就看 server.log / push again"
        )
    return (done.stdout.split() or [""])[-1]


def told(batch: Batch, where: LabelStudio) -> Iterator[str]:
    """What to tell who pushed: how people sign in, and what keeps them from seeing each other's answers."""
    desks = batch.desks()
    apart = isinstance(where, Apart) and bool(batch.facts.get("apart"))
    alone = {desk.number for desk in desks if apart and where.for_account(desk.account) is not where}
    for desk in desks:
        if desk.number in alone and isinstance(where, Apart):
            place = path_of(where._running.home, desk.account)
            yield f"{desk.name} 用 {desk.account} 登录，密码在 / signs in with the password in {place}"
    if len(desks) > 1 and len(alone) < len(desks):
        yield (
            "注意：同一组织里的人能看见彼此的项目和答案，盲标只能靠自觉；在本机的服务器上给每人写 --who 姓名=邮箱，各在各的组织"
            " / people of one organisation can see each other's answers: on our own server give everybody an e-mail"
        )
