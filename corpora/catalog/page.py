"""目录: search, card, versions, download lines, access requests."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from corpora.catalog import Catalog
from corpora.catalog.card_view import prose
from corpora.catalog.people import People, Principal
from corpora.catalog.people.grants import DAYS, MOST_DAYS
from corpora.catalog.people.terms import STATES
from corpora.catalog.requests import Requests
from corpora.ui import english, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry, Shelf
from corpora.workspace import Workspace


def draw() -> None:
    t = ui.words()
    ui.title("目录", "Catalog", t("已发布的数据集：卡片、版本、下载方法与申请。", "Published datasets: cards, versions, downloads, requests."))  # fmt: skip
    shelf, person = Shelf(Workspace()), ui.who()
    people = People(shelf.catalog.database)
    _waiting(Requests(shelf.catalog, people), person, dt.date.fromisoformat(people.now()[:10]))
    pairs = [(name, shelf.catalog.repository(name).settings) for name in shelf.catalog.datasets()]
    names = people.access.visible(person, pairs)
    wanted = (
        st.text_input(t("搜索", "Search"), placeholder=t("名称、标题、行业、说明", "name, title, industry, description"))
        .strip()
        .lower()
    )
    entries = [one for one in shelf.entries() if one.published and one.corpus in names and _met(one, wanted)]
    if not entries:
        ui.empty(t("没有这样的数据集。", "No such dataset.") if names else t("目录还是空的：先发布一个版本。", "The catalog is empty: publish a version."))  # fmt: skip
        return
    lines = list(dict.fromkeys(one.corpus for one in entries))
    newest = {name: next(one for one in entries if one.corpus == name) for name in lines}
    picked = ui.table([_row(newest[name]) for name in lines], key="datasets", pick=True)
    corpus = lines[picked] if picked is not None else lines[0]
    with ui.guarded():
        _dataset([one for one in entries if one.corpus == corpus], shelf.catalog, people, person)


def _met(entry: Entry, wanted: str) -> bool:
    said = entry.manifest
    text = " ".join((entry.corpus, said["title"], said["description"], *said["tags"])).lower()
    return all(word in text for word in wanted.split())


def _row(entry: Entry) -> dict[str, object]:
    t, said = ui.words(), entry.manifest
    return {t("数据集", "dataset"): entry.corpus, t("标题", "title"): said["title"], t("最新版本", "newest"): f"v{entry.version}",
            t("行数", "rows"): said["rows"], t("大小", "size"): t.size(sum(one["bytes"] for one in said["files"])),
            t("日期", "date"): said["date"]}  # fmt: skip


def _dataset(versions: list[Entry], catalog: Catalog, people: People, person: Principal) -> None:
    t = ui.words()
    newest = next((one for one in versions if not one.closed), versions[0])
    settings = catalog.repository(newest.corpus).settings
    seen = ui.chip(t("只给本组织", "members only") if settings.private else t("公开", "open"))
    gate = {
        False: "",
        "auto": t("写明用途即可下载", "a purpose is asked for"),
        "manual": t("下载须审批", "downloads are approved"),
    }
    seen += ui.chip(gate[settings.gated], "wait") if settings.gated else ""
    st.html(f"<h2 style='margin:0'>{safe.escaped(newest.manifest['title'] or newest.corpus)} {seen}</h2>")
    use, card, history, requests = st.tabs(
        [t("使用", "Use"), t("卡片", "Card"), t("版本", "Versions"), t("申请", "Requests")]
    )
    with use:
        _use(newest)
    with card:
        readme = newest.release.files.get("README.md")
        if readme is not None and readme.is_file():
            st.markdown(prose(readme.read_text("utf-8", "replace")))
    with history:
        _versions(versions)
    with requests, ui.guarded():
        _requests(newest.corpus, catalog, people, person)


def _use(entry: Entry) -> None:
    t = ui.words()
    st.code(
        "export HF_ENDPOINT=http://127.0.0.1:8080   # yuliao serve\n"
        f'python -c \'from datasets import load_dataset; print(load_dataset("{entry.corpus}", revision="v{entry.version}"))\'\n'
        f"hf download {entry.corpus} --repo-type dataset --revision v{entry.version}\n"
        f"yuliao pull {entry.name} DIR",
        language="shell",
    )
    splits = [{t("划分", "split"): split, t("行数", "rows"): rows} for split, rows in entry.release.splits.items()]
    columns = [{t("列", "column"): one["name"], t("类型", "type"): one["type"], t("含义", "meaning"): t(one["label"], english.COLUMNS.get(one["name"], one["label"]))}
               for one in entry.manifest["configs"]["default"]]  # fmt: skip
    left, right = st.columns([1, 2])
    with left:
        ui.table(splits, key="splits")
    with right:
        ui.table(columns, key="columns")


def _versions(versions: list[Entry]) -> None:
    t = ui.words()
    closed = {"": t("开放", "open"), "withdrawn": t("已撤回", "withdrawn"), "purged": t("已清除", "purged")}
    ui.table([{t("版本", "version"): f"v{one.version}", t("状态", "state"): closed[one.closed], t("行数", "rows"): one.manifest["rows"],
               t("日期", "date"): one.manifest["date"], t("哈希", "hash"): one.release.hash[:16]} for one in versions], key="versions")  # fmt: skip


def _requests(corpus: str, catalog: Catalog, people: People, person: Principal) -> None:
    t = ui.words()
    if person.local:
        st.caption(
            t("还没有用户：本机可直接读。开给别人前先 yuliao user add。", "No users yet: this machine reads it directly.")
        )
        return
    requests, officer = Requests(catalog, people), person.holds(corpus, "officer")
    mine = [one for one in people.grants.all(corpus=corpus) if officer or one.user == person.name]
    for one in mine:
        with st.container(border=True):
            st.html(
                f"{ui.chip(t.term(STATES, one.said(people.now())))} {safe.escaped(one.user)} · {safe.escaped(one.asked[:10])}<br>{safe.escaped(one.purpose)}"
            )
    if catalog.repository(corpus).settings.gated and not any(
        one.user == person.name and one.said(people.now()) in ("requested", "approved") for one in mine
    ):
        purpose = st.text_input(t("用途", "Purpose"), max_chars=200)
        if st.button(t("申请", "Ask"), type="primary", disabled=not purpose.strip()):
            requests.ask(person, corpus, purpose)
            st.rerun()


def _waiting(requests: Requests, person: Principal, today: dt.date) -> None:
    """What waits for this officer's decision, in all datasets; nothing is drawn for anybody else."""
    t, waiting = ui.words(), requests.waiting(person)
    if not waiting:
        return
    with st.expander(t(f"待批申请（{len(waiting)}）", f"Requests ({len(waiting)})"), expanded=True), ui.guarded():
        for one in waiting:
            with st.container(border=True):
                asked = f"{one.corpus}{'@v' + one.version if one.version else ''} · {one.user} · {one.asked[:10]}"
                st.html(f"<b>{safe.escaped(asked)}</b><br>{safe.escaped(one.purpose)}")
                if one.user == person.name:
                    st.caption(t("自己的申请由另一位数据安全官决定。", "Another officer decides about your own request."))
                elif not person.may_write():
                    st.caption(t("这个令牌只读，不能决定。", "This token is read-only and cannot decide."))
                else:
                    _decide(requests, person, one.id, today)


def _decide(requests: Requests, person: Principal, number: int, today: dt.date) -> None:
    t = ui.words()
    yes, no = st.columns(2)
    until = yes.date_input(
        t("有效至", "Until"), today + dt.timedelta(DAYS), key=f"until_{number}",
        min_value=today + dt.timedelta(1), max_value=today + dt.timedelta(MOST_DAYS),
    )  # fmt: skip
    if yes.button(t("批准", "Approve"), key=f"yes_{number}", type="primary") and isinstance(until, dt.date):
        requests.approve(person, number, until=until.isoformat())
        st.rerun()
    reason = no.text_input(t("拒绝的原因", "Reason for a refusal"), max_chars=200, key=f"reason_{number}")
    if no.button(t("拒绝", "Refuse"), key=f"no_{number}", disabled=not reason.strip()):
        requests.refuse(person, number, reason=reason)
        st.rerun()
