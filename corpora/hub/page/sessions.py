"""Sessions and forms: a cookie with a random word that stands for a token, for twelve hours; and a token without which no form counts.

Word and rights are looked up at every request: who signed out is out, and what was revoked is gone at once, session or not.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request

from corpora.catalog.people import ANONYMOUS, People, Principal
from corpora.hub.protocol import Forbidden, Refusal, broken
from corpora.hub.writing.bodies import pieces
from corpora.hub.writing.links import Links

SESSION, VISIT = "yuliao_session", "yuliao_visit"
HOURS = 12
_VISIT = re.compile(r"[0-9a-f]{32}")
_LARGEST_FORM, _MOST_FIELDS = 16 << 10, 20


class Sessions:
    """Sessions are in the catalog's database; forms are signed with its secret, like upload links, but for a deed of their own."""

    def __init__(self, links: Links) -> None:
        self._links = links

    @staticmethod
    def open(who: Principal, people: People) -> str:
        """The cookie of somebody who has just shown a token."""
        ends = dt.datetime.fromisoformat(people.now()) + dt.timedelta(hours=HOURS)
        return people.sessions.open(who.token or "", ends=ends.strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z")

    @staticmethod
    def read(word: str, people: People) -> Principal:
        """Who has this session. Raises BadToken: there is none, it has ended, or its token is no good any more."""
        return people.tokens.still(people.sessions.token(word))

    @staticmethod
    def visit(cookie: str) -> str:
        """What a browser is known by before anybody signs in."""
        return cookie if _VISIT.fullmatch(cookie) else secrets.token_hex(16)

    def form(self, visit: str, who: Principal = ANONYMOUS) -> str:
        """A token for the forms that this browser is shown now."""
        return self._links.sign("form", seconds=HOURS * 3600, visit=visit, who=who.name)

    async def fields(self, request: Request, visit: str, who: Principal) -> dict[str, str]:
        """The fields of a form that was really sent from our page in this browser. Raises Forbidden, ProtocolError, TooLarge."""
        if not _from_here(request):
            raise _foreign()
        body = b"".join([piece async for piece in pieces(request, most=_LARGEST_FORM)])
        try:
            said = dict(parse_qsl(body.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict"))
        except ValueError as error:
            raise broken("不是表单", "this is no form") from error
        if not self._ours(said.pop("form", ""), request.cookies.get(VISIT, ""), visit, who):
            raise _foreign()
        return said

    def _ours(self, token: str, cookie: str, visit: str, who: Principal) -> bool:
        try:
            said = self._links.read(token, "form")
        except Refusal:
            return False
        return bool(cookie) and cookie == visit and said["visit"] == visit and said["who"] == who.name


def _from_here(request: Request) -> bool:
    """What the browser says of where the form stood. Under `no-referrer` it says `Origin: null`; the form's token decides then."""
    if (site := request.headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.headers.get("host", "")


def _foreign() -> Forbidden:
    return Forbidden(
        "表单不是从本站的页面提交的，或已过期 / the form was not sent from our page, or is too old",
        hint="回到页面，刷新后再试 / go back, reload the page and try again",
    )
