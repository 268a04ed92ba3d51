"""The page for people: what strangers wrote does nothing, what is private is not there, no form counts that is not ours."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from releases import release
from served import people
from starlette.testclient import TestClient

from corpora.catalog import Catalog, closing
from corpora.catalog.people import People
from corpora.hub.page import assets, words
from corpora.hub.page.rendering import FOLDER
from corpora.hub.page.routes import ROUTES
from corpora.hub.page.sessions import SESSION, VISIT
from corpora.hub.server import Server
from corpora.hub.server import Settings as Served
from tests.corpora.hub.page_catalog import HOSTILE, HOSTILE_CARD, opened, push, two_versions

TABS = ("overview", "card", "rows", "files", "versions")


@dataclass
class House:
    catalog: Catalog
    tokens: dict[str, str]
    server: Server
    running: TestClient

    def visitor(self, name: str = "", url: str = "http://testserver") -> TestClient:
        """A browser of its own, signed in. All share the server's one event loop."""
        browser = TestClient(self.server, url, follow_redirects=False)
        browser.portal = self.running.portal
        if name:
            assert post(browser, "/signin", token=self.tokens[name]).status_code == 303
        return browser

    @property
    def people(self) -> People:
        return self.server.people

    def told(self, what: str) -> list[dict[str, Any]]:
        """Lines of the audit log, when those that still wait are written."""
        assert self.running.portal is not None
        self.running.portal.call(self.server.recorder._waiting.join)
        return [one for one in self.catalog.audit.entries() if one["what"] == what]


def post(browser: TestClient, address: str, page: str = "/signin", **fields: str) -> Any:
    """Opens a page and sends a form that it showed."""
    form = re.search(r'name="form" value="([^"]+)"', browser.get(page).text)
    assert form is not None, "the page shows no form"
    return browser.post(address, data={"form": form[1], **fields})


@pytest.fixture()
def house(tmp_path: Path) -> Iterator[House]:
    catalog = Catalog(tmp_path / "catalog")
    two_versions(catalog, tmp_path / "a")
    opened(catalog, tmp_path / "b", "nb/secret", private=True, title="内部记录")
    opened(catalog, tmp_path / "c", "nb/gated", gated="manual", title="须申请的记录")
    push(catalog, "nb/pushed", {"README.md": "# 推送".encode()}, private=True)
    push(catalog, "nb/hostile", {"README.md": HOSTILE_CARD.encode(), 'a b/" onx=1 <b>.txt': b"x"}, verified=True)
    tokens, server = people(catalog), Server(catalog)
    with TestClient(server) as running:
        yield House(catalog, tokens, server, running)


class _Reader(HTMLParser):
    """Every element with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def check_harmless(html: str, nonce: str) -> None:
    """Nothing runs but our script, nothing is fetched from elsewhere, nothing turns the direction of writing."""
    read = _Reader(html)
    assert [attributes for tag, attributes in read.elements if tag == "script"] == [{"nonce": nonce}]
    for tag, attributes in read.elements:
        assert tag not in ("iframe", "img", "object", "embed", "style", "base", "audio", "video"), tag
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "srcset")]
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name) or "/"
            ours = re.match(r"/(?!/)|#|\?", address)
            outside = (
                tag == "a" and address.startswith("https://") and attributes.get("rel") == "nofollow noopener noreferrer"
            )
            assert ours or outside, (tag, address)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x08\ud800-\udfff]", html)


def nonce_of(answer: Any) -> str:
    found = re.search(r"script-src 'nonce-([^']+)'", answer.headers["content-security-policy"])
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_strangers_wrote_is_shown_and_does_nothing(house: House, language: str) -> None:
    browser = house.visitor()
    shown = ["/", "/?q=hostile", *(f"/datasets/nb/hostile?tab={tab}" for tab in TABS)]
    for address in shown:
        answer = browser.get(address, headers={"cookie": f"yuliao_lang={language}"})
        assert answer.status_code == 200
        check_harmless(answer.text, nonce_of(answer))
        assert "⟦U+202E⟧gnp.exe" in answer.text
    assert "⟦U+202E⟧" in browser.get("/?licence=" + "%E2%80%AE%22%3E%3Cscript%3E").text


def test_every_page_of_an_ordinary_catalog_is_its_own(house: House) -> None:
    browser = house.visitor("wang")
    names = ("nb/repairs", "nb/secret", "nb/gated", "nb/pushed")
    for address in ["/", "/signin", "/nope", *(f"/datasets/{name}?tab={tab}" for name in names for tab in TABS)]:
        answer = browser.get(address)
        if address != "/nope":
            assert answer.status_code == 200
            check_harmless(answer.text, nonce_of(answer))
    assert "url(" not in (style := (FOLDER / "style.css").read_text("utf-8")) and "@import" not in style


def test_the_headers_guard_every_answer_and_the_nonce_is_new(house: House) -> None:
    browser = house.visitor()
    first, second, missing = (browser.get(one) for one in ("/", "/", "/datasets/a/b"))
    assert nonce_of(first) != nonce_of(second) and missing.status_code == 404
    for answer in (first, missing):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_what_is_private_is_not_there_for_others(house: House) -> None:
    guest, nobody = house.visitor("guest"), house.visitor()
    for browser in (guest, nobody):
        for address in ("/", "/?q=内部", "/?q=secret", "/?q=推送", "/?access=private"):
            assert not re.search("nb/secret|内部记录|nb/pushed", browser.get(address).text)
        for name in ("nb/secret", "nb/pushed"):
            tails = [f"?tab={tab}" for tab in TABS] + ["?v=v1.0.0", "?v=main", "/tree/main", "/download/main/README.md"]
            for tail in tails:
                answer = browser.get(f"/datasets/{name}{tail}")
                never = browser.get(f"/datasets/nb/never{tail}")
                assert answer.status_code == never.status_code == 404
                assert _plain(answer.text).replace(name, "nb/never") == _plain(never.text)
    assert post(guest, "/datasets/nb/secret/request", "/", purpose="想看").status_code == 404
    refused = [one for one in house.told("refused") if one.get("corpus") == "nb/secret"]
    assert {one["who"] for one in refused} == {"guest", "anonymous"}
    member = house.visitor("li")
    assert "nb/secret" in member.get("/").text and member.get("/datasets/nb/secret").status_code == 200


def _plain(html: str) -> str:
    """A page without what differs from one answer to the next."""
    return re.sub(r'nonce="[^"]*"|name="form" value="[^"]*"', "", html)


def test_every_post_without_its_form_token_is_refused(house: House) -> None:
    posts = [one.address.format(namespace="nb", name="gated", number=1) for one in ROUTES if one.method == "POST"]
    assert len(posts) >= 3
    member, other = house.visitor("li"), house.visitor("wang")
    ours, theirs = (re.findall(r'name="form" value="([^"]+)"', one.get("/").text)[0] for one in (member, other))
    for address in posts:
        for form in ({}, {"form": ""}, {"form": "x.y"}, {"form": theirs}, {"form": ours[:-2] + "AA"}):
            answer = member.post(f"/{address}", data={"purpose": "训练", "token": house.tokens["wang"], **form})
            assert answer.status_code == 403, (address, form)
        foreign = {"sec-fetch-site": "cross-site"}
        assert member.post(f"/{address}", data={"form": ours, "purpose": "训练"}, headers=foreign).status_code == 403
        elsewhere = {"origin": "https://evil.example"}
        assert member.post(f"/{address}", data={"form": ours, "purpose": "训练"}, headers=elsewhere).status_code == 403
    assert house.people.grants.all() == [] and "li" in member.get("/").text
    stranger = house.visitor()
    assert stranger.post("/signin", data={"form": ours, "token": house.tokens["li"]}).status_code == 403


def test_a_session_lives_no_longer_than_its_token(house: House) -> None:
    browser = house.visitor()
    wrong = post(browser, "/signin", token="hf_wrong")
    assert wrong.status_code == 401 and SESSION not in browser.cookies
    right = post(browser, "/signin", token=f" {house.tokens['li']} ", next="/datasets/nb/secret")
    assert right.headers["location"] == "/datasets/nb/secret"
    cookie = next(one for one in right.headers.get_list("set-cookie") if one.startswith(SESSION))
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and house.tokens["li"] not in cookie
    assert browser.get("/datasets/nb/secret").status_code == 200
    token = house.people.tokens.all("li")[0]
    house.people.tokens.revoke(token.id, by="wang")
    ended = browser.get("/datasets/nb/secret")
    assert ended.status_code == 404 and SESSION not in browser.cookies
    assert [one["who"] for one in house.told("sign_in")] == ["li"]


def test_signing_out_and_forged_sessions(house: House) -> None:
    browser = house.visitor("li")
    ticket = browser.cookies[SESSION]
    assert post(browser, "/signout", "/").status_code == 303 and SESSION not in browser.cookies
    assert "li" in [one["who"] for one in house.told("sign_out")]
    signed = [
        house.server.writing.links.sign(deed, token=house.people.tokens.all("wang")[0].id) for deed in ("upload", "session")
    ]
    assert ticket not in signed[1] and "." not in ticket, "a random word: it holds no token's name"
    for forged in (ticket, ticket[:-2] + "AA", "x", "é.x", "x" * 5000, *signed):
        answer = browser.get("/datasets/nb/secret", headers={"cookie": f"{SESSION}={forged}".encode()})
        assert answer.status_code == 404
    secure = house.visitor(url="https://testserver")
    cookies = post(secure, "/signin", token=house.tokens["li"]).headers.get_list("set-cookie")
    assert all("Secure" in one for one in cookies)


def _sees(browser: TestClient, word: str) -> bool:
    """Whether a browser with this word in its cookie is shown what only members see."""
    return browser.get("/datasets/nb/secret", headers={"cookie": f"{SESSION}={word}"}).status_code == 200


def test_a_session_is_the_same_at_every_server_of_a_catalog(house: House) -> None:
    """Signed in at one process, known at the other; signed out at the other, unknown at both: also to a copy of the cookie."""
    second = Server(Catalog(house.catalog.root))
    browser, copier = house.visitor("li"), house.visitor()
    other = TestClient(second, "http://testserver", follow_redirects=False)
    with other:
        word = browser.cookies[SESSION]
        assert _sees(copier, word) and _sees(other, word)
        other.cookies.update({SESSION: word})
        assert post(other, "/signout", "/").status_code == 303
        assert not _sees(other, word) and not _sees(copier, word)
        assert browser.get("/datasets/nb/secret").status_code == 404 and SESSION not in browser.cookies


def test_signing_in_again_ends_the_session_before(house: House) -> None:
    browser, copier = house.visitor("li"), house.visitor()
    word = browser.cookies[SESSION]
    assert post(browser, "/signin", token=house.tokens["wang"]).status_code == 303
    assert browser.cookies[SESSION] != word and not _sees(copier, word) and _sees(copier, browser.cookies[SESSION])


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("/datasets/nb/gated", "/datasets/nb/gated"),
        ("//evil.example", "/"),  # another host
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/datasets/../../x", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(house: House, asked: str, where: str) -> None:
    assert post(house.visitor(), "/signin", token=house.tokens["li"], next=asked).headers["location"] == where


def test_a_gated_dataset_is_asked_for_and_given(house: House) -> None:
    guest = house.visitor("guest")
    page = "/datasets/nb/gated"
    assert "须经批准" in guest.get(page).text
    rows = guest.get(page + "?tab=rows")
    assert rows.status_code == 200 and "数据须申请后才能看" in rows.text and "℃" not in rows.text
    assert guest.get(page + "/download/main/data/train-00000-of-00001.parquet").status_code == 403
    assert post(guest, page + "/request", page, purpose="  ").status_code == 400
    assert post(guest, page + "/request", page, purpose="训练\n维修模型").status_code == 303
    (grant,) = house.people.grants.all()
    assert (grant.user, grant.purpose, grant.state) == ("guest", "训练 维修模型", "requested")
    assert "等待数据安全官决定" in guest.get(page).text
    house.people.grants.approve(grant.id, by="zhao")
    assert "已批准" in guest.get(page).text and "℃" in guest.get(page + "?tab=rows").text
    told = house.told("preview")[-1]
    assert (told["who"], told["corpus"], told["grant"], told["rows"]) == ("guest", "nb/gated", grant.id, 10)
    file = guest.get(page + "/download/main/data/train-00000-of-00001.parquet")
    assert file.status_code == 200 and file.content[:4] == b"PAR1"
    assert (
        guest.get("/api/datasets/nb/gated", headers={"authorization": f"Bearer {house.tokens['guest']}"}).json()["downloads"]
        == 1
    )
    assert "下载次数" in guest.get(page).text and "下载次数" not in guest.get("/datasets/nb/repairs").text
    (counted,) = house.people.grants.all()
    assert counted.downloads == 1 and counted.bytes == len(file.content) + told["bytes"]


def _asked(house: House, purpose: str = "训练维修模型") -> int:
    guest = house.visitor("guest")
    assert post(guest, "/datasets/nb/gated/request", "/datasets/nb/gated", purpose=purpose).status_code == 303
    return max(one.id for one in house.people.grants.all())


def _officer(house: House, scope: str = "write") -> TestClient:
    house.tokens["zhao"], _ = house.people.tokens.add("zhao", by="test", scope=scope)
    return house.visitor("zhao")


def test_an_officer_approves_until_a_day_or_refuses_with_a_reason(house: House) -> None:
    first, officer = _asked(house, HOSTILE), _officer(house)
    shown = officer.get("/requests")
    assert shown.status_code == 200 and "nb/gated" in shown.text and "guest" in shown.text and HOSTILE not in shown.text
    assert 'href="/requests"' in officer.get("/").text
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(30)).date().isoformat()
    for wrong in ("", "明天", "2020-01-01", "2999-01-01"):
        assert post(officer, f"/requests/{first}/approve", "/requests", until=wrong).status_code == 400
    assert post(officer, f"/requests/{first}/approve", "/requests", until=until).headers["location"] == "/requests"
    assert (
        "没有等待决定的申请" in officer.get("/requests").text
        and "已批准" in house.visitor("guest").get("/datasets/nb/gated").text
    )
    (told,) = house.told("grant_approve")
    assert (told["who"], told["user"], told["ends"][:10], bool(told["token"]), bool(told["address"])) == (
        "zhao",
        "guest",
        until,
        True,
        True,
    )
    house.people.grants.revoke(first, by="zhao")
    second = _asked(house)
    assert post(officer, f"/requests/{second}/refuse", "/requests", reason=" ").status_code == 400
    assert post(officer, f"/requests/{second}/refuse", "/requests", reason="用途不明").status_code == 303
    assert house.told("grant_refuse")[-1]["reason"] == "用途不明"
    assert post(officer, f"/requests/{second}/approve", "/requests", until=until).status_code == 400, "decided"


@pytest.mark.parametrize("who", ["", "guest", "wang", "li"])
def test_nobody_else_sees_or_decides_requests(house: House, who: str) -> None:
    number, visitor = _asked(house), house.visitor(who)
    shown = visitor.get("/requests")
    assert shown.status_code == 403 and "训练" not in shown.text and "guest @" not in shown.text
    assert 'href="/requests"' not in visitor.get("/").text
    for deed, fields in (("approve", {"until": "2999-01-01"}), ("refuse", {"reason": "不行"})):
        assert post(visitor, f"/requests/{number}/{deed}", **fields).status_code == 403
    assert [one.state for one in house.people.grants.all()] == ["requested"]


def test_a_decision_needs_our_form_and_a_token_that_may_write(house: House) -> None:
    number, until = _asked(house), (dt.datetime.now(dt.UTC) + dt.timedelta(30)).date().isoformat()
    reader = _officer(house, "read")
    assert "只读" in reader.get("/requests").text and f"/requests/{number}/approve" not in reader.get("/requests").text
    assert post(reader, f"/requests/{number}/approve", "/datasets/nb/gated", until=until).status_code == 400
    officer = _officer(house)
    form = re.search(r'name="form" value="([^"]+)"', officer.get("/requests").text)
    assert form
    address, sent = f"/requests/{number}/approve", {"until": until, "form": form[1]}
    assert officer.post(address, data={"until": until}).status_code == 403, "no form of ours"
    assert officer.post(address, data=sent, headers={"sec-fetch-site": "cross-site"}).status_code == 403, "from another site"
    assert officer.post(address, data=sent, headers={"origin": "https://evil.example"}).status_code == 403
    assert house.visitor("guest").post(address, data=sent).status_code == 403, "somebody else's form"
    for wrong in ("99", "x", "-1", "１", "9" * 30):
        assert post(officer, f"/requests/{wrong}/approve", "/requests", until=until).status_code in (400, 404)
    assert [one.state for one in house.people.grants.all()] == ["requested"]
    assert officer.post(address, data=sent).status_code == 303


def test_nobody_in_particular_has_to_sign_in_to_ask(house: House) -> None:
    nobody = house.visitor()
    assert "/signin?next=/datasets/nb/gated" in nobody.get("/datasets/nb/gated").text
    assert post(nobody, "/datasets/nb/gated/request", purpose="训练").status_code == 403
    assert post(house.visitor("guest"), "/datasets/nb/repairs/request", "/", purpose="训练").status_code == 400


def test_rows_are_cut_marked_and_logged(house: House, tmp_path: Path) -> None:
    turns = [[{"role": "user", "content": f"{HOSTILE} [手机号] [无关]"}, {"role": "assistant", "content": "好" * 5000}]]
    file = io.BytesIO()
    pq.write_table(pa.table({"messages": turns, "blob": [b"\x00" * 9], "n": [1.5], "nested": [{"a": [1]}]}), file)
    manifest = b'{"format": 1, "leaves": ["messages[].content", 7]}'
    push(house.catalog, "nb/chat", {"data/train-0.parquet": file.getvalue(), "release.json": manifest}, verified=True)
    push(house.catalog, "nb/broken", {"data/train-0.parquet": b"PAR1" + b"x" * 100 + b"PAR1"}, verified=True)
    push(house.catalog, "nb/young", {"data/train-0.parquet": file.getvalue()}, private=True)
    browser = house.visitor("wang")
    answer = browser.get("/datasets/nb/chat?tab=rows")
    check_harmless(answer.text, nonce_of(answer))
    assert "<mark>[手机号]</mark>" in answer.text and "<mark>[无关]" not in answer.text
    assert "好" * 600 in answer.text and "好" * 601 not in answer.text and "另有 4400 字" in answer.text
    assert "〈9 B〉" in answer.text and "⟦U+202E⟧" in answer.text
    assert "表读不出来" in browser.get("/datasets/nb/broken?tab=rows").text
    assert "核验之后才能预览" in browser.get("/datasets/nb/young?tab=rows").text
    assert [one["corpus"] for one in house.told("preview")] == ["nb/chat"]


def test_versions_say_what_changed(house: House) -> None:
    browser = house.visitor()
    text = browser.get("/datasets/nb/repairs?tab=versions").text
    assert "多 5 行" in text and "相对 v1.0.0" in text and "补五行" in text and "第一个版本" in text
    assert "yuliao diff nb/repairs@1.0.0 nb/repairs@1.1.0" in text
    old = browser.get("/datasets/nb/repairs?v=v1.0.0").text
    assert "不是最新版本" in old and "revision=&#34;v1.0.0&#34;" in old
    new = browser.get("/datasets/nb/repairs").text
    assert "revision=&#34;v1.1.0&#34;" in new and "不是最新版本" not in new and "CC-BY-4.0" in new and "已核验" in new


def test_closed_and_unverified_versions_say_so(house: House) -> None:
    closing.withdraw(house.catalog.repository("nb/repairs"), "1.1.0", reason="来源收回 <b>", by="zhao")
    browser = house.visitor("li")
    assert "v1.0.0" in browser.get("/datasets/nb/repairs").text  # the newest one that is open
    page = browser.get("/datasets/nb/repairs?v=v1.1.0").text
    assert "已撤回" in page and "来源收回 &lt;b&gt;" in page and "load_dataset" not in page
    assert "已关闭" in browser.get("/datasets/nb/repairs?v=v1.1.0&tab=rows").text
    assert "/download/" not in browser.get("/datasets/nb/repairs?v=v1.1.0&tab=files").text
    closing.purge(house.catalog.repository("nb/repairs"), ["1.1.0"], reason="按请求删除", by="zhao")
    assert "已清除" in browser.get("/datasets/nb/repairs?v=v1.1.0").text
    assert browser.get("/datasets/nb/repairs/download/v1.1.0/data/train-00000-of-00001.parquet").status_code == 410
    assert (
        "未经核验" in browser.get("/datasets/nb/pushed").text
        and "yuliao verify nb/pushed" in browser.get("/datasets/nb/pushed").text
    )


def test_search_facets_and_pages(house: House) -> None:
    for at in range(25):
        push(
            house.catalog,
            f"port/set-{at:02d}",
            {"README.md": f"---\ntags: [港航]\n---\n\n第 {at} 批".encode()},
            verified=True,
        )
    browser = house.visitor()
    first = browser.get("/?industry=港航").text
    assert first.count('class="item"') == 20 and "25 个数据集" in first and "第 1 / 2 页" in first
    second = browser.get("/?industry=港航&page=2").text
    assert second.count('class="item"') == 5
    assert "没有全部符合" in browser.get("/?q=港航 查无此物").text and "没有符合的数据集" in browser.get("/?q=查无此物").text
    assert browser.get("/?q=set-07").text.count('class="item"') == 1


@pytest.mark.parametrize(
    "address",
    ["/?page=-1", "/?page=99999999999999999999", "/?page=²", "/?q=" + "x" * 5000, "/?q=%ff%fe", "/?q=%ed%a0%80", "/?sort=nope&size=nope",
     "/?access=nope", "/?access=skip&licence=nope", "/?lang=xx", "/?" + "&".join(f"industry={i}" for i in range(500)), "/datasets/nb/repairs?tab=nope&v=",
     "/datasets/nb/repairs?tab=rows&split=nope", "/datasets/nb/repairs/tree/main/data", "/datasets/nb/repairs/blob/main/README.md"],
)  # fmt: skip
def test_odd_addresses_are_answered(house: House, address: str) -> None:
    assert house.visitor().get(address).status_code in (200, 302)


def test_a_facet_s_value_of_nobody_is_no_word_of_ours(house: House) -> None:
    """Found by schemathesis: `?access=` was looked up among all words of the page, and 500 where there was none."""
    page = house.visitor().get("/?access=nope&access=skip").text
    assert ">nope" in page.replace("\n", "").replace(" ", "") and page.count("跳到正文") == 1


@pytest.mark.parametrize(
    "address",
    ["/datasets/nb/repairs?v=nope", "/datasets/nb/repairs?v=%00", "/datasets/nb/%2e%2e", "/datasets/nb/a%2Fb", "/datasets/%ff/x",
     "/datasets/nb/repairs?v=../../x", "/datasets/nb/repairs/download/main/nope", "/-/x/style.css", "/-/%2e%2e/style.css"],
)  # fmt: skip
def test_what_is_not_there_is_404(house: House, address: str) -> None:
    assert house.visitor().get(address).status_code == 404


def test_a_cookie_that_is_none_of_ours_is_replaced(house: House) -> None:
    browser = house.visitor()
    browser.cookies.set(VISIT, "nonsense", domain="testserver.local", path="/")
    assert post(browser, "/signin", token=house.tokens["li"]).status_code == 303


@pytest.mark.parametrize("body", [b"x" * 20_000, "purpose=训".encode(), b"&".join(b"a%d=1" % i for i in range(50)), b"\xff"])
def test_bodies_that_are_no_form_of_ours(house: House, body: bytes) -> None:
    assert house.visitor().post("/signin", content=body).status_code in (400, 403, 413)


def test_assets_are_kept_and_the_language_is_remembered(house: House) -> None:
    browser = house.visitor()
    style = browser.get(assets.address("style.css"))
    assert style.status_code == 200 and "immutable" in style.headers["cache-control"]
    assert "Sign in" in browser.get("/?lang=en").text and "Sign in" in browser.get("/").text
    assert "登录" in browser.get("/?lang=zh").text and VISIT not in browser.cookies


def test_every_word_is_there_in_both_languages() -> None:
    texts = [file.read_text("utf-8") for file in FOLDER.glob("*.html")]
    asked = {key for text in texts for key in re.findall(r"say\('(\w+)'[,)]", text)}
    assert len(asked) > 60 and asked <= words.WORDS.keys()
    for key, (chinese, english) in words.WORDS.items():
        assert chinese and english
        assert sorted(re.findall(r"{\w+}", chinese)) == sorted(re.findall(r"{\w+}", english)), key


def test_the_owner_of_the_machine_sees_all_before_there_are_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path))
    monkeypatch.setattr("corpora.hub.identity._is_owner", lambda request: True)
    with TestClient(Server(catalog, Served(loopback=True))) as browser:
        page = browser.get("/").text
        assert "nb/repairs" in page and "本机" in page and "登录" not in page
        assert "HF_TOKEN" not in browser.get("/datasets/nb/repairs").text
        assert "℃" in browser.get("/datasets/nb/repairs?tab=rows").text
    monkeypatch.undo()
    with TestClient(Server(catalog, Served(loopback=True))) as browser:
        assert "nb/repairs" not in browser.get("/").text
