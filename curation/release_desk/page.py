"""发布: what changed since the parent, the checklist, publish, withdraw."""

from __future__ import annotations

import streamlit as st

from corpora import attestations, roles, vocabulary
from corpora.catalog import Catalog, closing
from corpora.catalog.people import People
from corpora.release import Release, diff
from corpora.tables import KINDS
from corpora.ui import page as ui
from corpora.ui import safe
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.audit import verdict
from curation.release_desk import checklist


def draw() -> None:
    t = ui.words()
    ui.title("发布", "Release", t("草稿经核对后进入目录，成为不可改的版本；发布过的可以撤回。", "A draft becomes an immutable version of the catalog."))  # fmt: skip
    entries = sorted(ui.releases(ui.who()), key=lambda one: one.published)
    entry = ui.choose(entries, label=t("草稿与版本（草稿在前）", "Drafts and versions (drafts first)"))
    if entry is None:
        ui.empty(t("还没有草稿。", "There is no draft yet."), button=t("去运行", "Run one"), page="run")
        return
    with ui.guarded():
        _state(entry)
        left, right = st.columns(2, gap="large")
        with left:
            _checklist(entry)
        with right:
            _diff(entry, entries)


def _state(entry: Entry) -> None:
    t = ui.words()
    said = entry.manifest
    state = ui.chip(t("已发布", "published"), "good") if entry.published else ui.chip(t("草稿", "draft"), "wait")
    state += ui.chip(t("已撤回", "withdrawn"), "bad") if entry.closed else ""
    facts = [f"{t.count(said['rows'])} {t('行', 'rows')}", t.size(sum(one["bytes"] for one in said["files"])), said["date"],
             f"{t('哈希', 'hash')} {entry.release.hash[:12]}"]  # fmt: skip
    st.html(f"<h3>{safe.escaped(said['title'] or entry.corpus)} {state}</h3><div class='yl-facts'>"
            + "".join(f"<span>{safe.escaped(fact)}</span>" for fact in facts) + "</div>")  # fmt: skip


def _checklist(entry: Entry) -> None:
    t = ui.words()
    st.subheader(t("核对清单", "Checklist"), anchor=False)
    found = checklist.lines(entry.release, attestations.of(entry.release, Workspace()), t)
    signs = {"good": "✓", "bad": "✗", "wait": "…"}
    for line in found:
        todo = f"<div style='opacity:.7;font-size:.85rem'><code>{safe.escaped(line.todo)}</code></div>" if line.todo else ""
        advice = "" if line.binding else ui.chip(t("建议", "advice"))
        st.html(f"<div>{ui.chip(signs[line.state], line.state)}{advice}{safe.escaped(line.said)}{todo}</div>")
    person = ui.who()
    access = People(Catalog(Workspace().catalog).database).access
    if any("pii sign" in line.todo for line in found):
        _sign(entry)
    if not entry.published:
        _publish(entry, checklist.may_publish(found) and access.writing(person, entry.corpus))
    elif access.managing(person, entry.corpus):
        _withdraw(entry)


def _sign(entry: Entry) -> None:
    """An officer signs for findings that were left as they are; configs/workbench.yaml says which roles may."""
    t, person = ui.words(), ui.who()
    with st.expander(t("数据安全官签字", "Sign as the officer"), expanded=True), ui.guarded():
        st.caption(t("先看低置信度发现：yuliao pii review … --low", "Look at them first: yuliao pii review … --low"))
        role = roles.of(Workspace(), person, entry.corpus, "sign")
        if role is None:
            st.info(t("由目录里的数据安全官（officer）签字，用可写的令牌登录。请转告他。", "Signed by an officer of the catalog, with a token that may write."))  # fmt: skip
            return
        officer = person.name if not person.local else st.text_input(t("姓名", "Name"))
        if st.button(t("我已核对，签字", "I have checked them: sign"), disabled=not officer.strip()):
            verdict.sign(entry.release, Workspace(), officer=officer.strip(), role=role)
            st.rerun()


def _publish(entry: Entry, allowed: bool) -> None:
    t = ui.words()
    message = st.text_input(t("这一版有什么变化", "What is new"), max_chars=500)
    if st.button(t("发布到目录", "Publish"), type="primary", disabled=not allowed):
        vouched, person = attestations.of(entry.release, Workspace()), ui.who()
        by = None if person.local else person.name
        Catalog(Workspace().catalog).publish(entry.release, message=message, attestations=vouched, by=by)
        st.toast(t(f"{entry.name} 已发布", f"{entry.name} is published"))
        st.rerun()


def _withdraw(entry: Entry) -> None:
    t = ui.words()
    repository = Catalog(Workspace().catalog).repository(entry.corpus)
    with st.expander(t("重新开放", "Open again") if entry.closed else t("撤回这个版本", "Withdraw this version")):
        reason = st.text_input(t("原因（下载者会看到）", "Reason (downloaders see it)"), max_chars=500)
        if st.button(t("确定", "Confirm"), disabled=not reason.strip() or entry.closed == "purged"):
            act = closing.reopen if entry.closed else closing.withdraw
            act(repository, entry.version, reason=reason, by=ui.who().name)
            st.rerun()


def _parent(entry: Entry, entries: list[Entry]) -> Release | None:
    said = entry.manifest["parent"]
    mine = [one for one in entries if one.corpus == entry.corpus and one.version != entry.version]
    named = [one for one in mine if said and one.version == said["version"]]
    best = named or [one for one in mine if one.published] or mine
    return best[0].release if best else None


def _diff(entry: Entry, entries: list[Entry]) -> None:
    t = ui.words()
    st.subheader(t("与上一版本的差别", "Since the version before"), anchor=False)
    parent = _parent(entry, entries)
    if parent is None:
        st.caption(t("这是第一版。", "This is the first version."))
        return
    found = diff(parent, entry.release, rejected=entry.work / "rejected" if entry.work else None)
    st.caption(f"{found.old} → {found.new}")
    ui.figures([(t(KINDS[kind], kind), t.count(count), "") for kind, count in found.counts.items()])
    reasons = [{t("步骤", "step"): t.term(vocabulary.STEPS, step), t("原因", "reason"): t.term(vocabulary.REASONS, reason), t("行", "rows"): rows}
               for step, told in found.reasons.items() for reason, rows in told.items()]  # fmt: skip
    if reasons:
        ui.table(reasons, key="diff_reasons")
    changes = [one._asdict() for one in found.changes(limit=200)]
    if changes:
        with st.expander(t("改变的行", "Changed rows")):
            ui.table([{t("变化", "change"): t(KINDS[one["kind"]], one["kind"]), t("编号", "id"): one["id"],
                       t("列", "columns"): "、".join(one["leaves"])} for one in changes], key="diff_rows", height=260)  # fmt: skip
