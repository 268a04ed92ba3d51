"""首页: what this is, the datasets and their newest versions, runs under way, what waits for people."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora.ui import page as ui
from corpora.ui import safe
from corpora.workspace import Workspace
from curation.home import overview

_LEAD = (
    "把中文原始记录变成可信、有版本的数据集：一份配方说清对数据做了什么，进来的每一行都有去处，个人信息不出门。",
    "Raw Chinese records in, trusted and versioned datasets out. Every row is accounted for; no identity leaves.",
)


def draw() -> None:
    t = ui.words()
    ui.title("语料工坊", "Yuliao", t(*_LEAD))
    person = ui.who()
    entries = ui.releases(person)
    jobs = _jobs()
    if not entries and not jobs:
        _first(person)
        return
    _figures(entries, jobs)
    _running(jobs)
    st.header(t("数据集", "Datasets"), anchor=False)
    for one in overview.datasets(entries):
        _dataset(one)


def _first(person: Any) -> None:
    t = ui.words()
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.subheader(t("用自己的数据开始", "Start with your own data"), anchor=False)
        st.html(f'<p class="yl-lead">{t("CSV（GBK 也行）、Excel、Word、PDF、JSONL 或压缩包：看一遍文件，起草一份能直接运行的配方。", "CSV, Excel, Word, PDF, JSONL or archives: a recipe is drafted from what is in them.")}</p>')  # fmt: skip
        if st.button(t("选择文件", "Choose files"), type="primary"):
            ui.go("run")
    with right, st.container(border=True, height="stretch"):
        st.subheader(t("先看演示", "See the demo first"), anchor=False)
        st.html(f'<p class="yl-lead">{t("2 784 条合成的医疗文书与法律条文，全部虚构。运行一次约十秒，所有页面都有内容可看。", "2,784 synthetic notes and statutes. One run takes about ten seconds.")}</p>')  # fmt: skip
        if st.button(t("运行演示", "Run the demo"), disabled=not person.may_write()):
            _demo()


def _demo() -> None:
    from curation import recipe_file
    from curation.run import background

    with ui.guarded():
        handle = background.start(Workspace(), recipe_file.find("healthcare"))
        ui.go("run", job=handle.id)


def _jobs() -> list[Any]:
    from curation.run import background

    mine = [one for one in background.jobs(Workspace()) if ui.who().holds(str(one.about["corpus"]))]
    return [one for one in mine if one.status().state in ("queued", "running")]


def _figures(entries: list[Any], jobs: list[Any]) -> None:
    t = ui.words()
    told = (
        (t("数据集", "datasets"), len(overview.datasets(entries))),
        (t("已发布版本", "published versions"), sum(one.published for one in entries)),
        (t("待发布草稿", "drafts"), sum(not one.published for one in entries)),
        (t("等人复核的行", "rows to review"), overview.waiting(Workspace())),
        (t("正在运行", "running"), len(jobs)),
    )
    ui.figures([(label, t.count(number), "") for label, number in told])


def _running(jobs: list[Any]) -> None:
    t = ui.words()
    for job in jobs:
        status = job.status()
        with st.container(border=True):
            share = status.done / status.total if status.total else 0.0
            st.progress(min(share, 1.0), text=f"{t('正在运行', 'running')} {job.id} · {status.phase or '…'}")
            if st.button(t("看进度", "Progress"), key=f"job_{job.id}"):
                ui.go("run", job=job.id)


def _dataset(one: overview.Dataset) -> None:
    t = ui.words()
    entry, said = one.newest, one.newest.manifest
    state = {"published": (t("已发布", "published"), "good"), "draft": (t("草稿", "draft"), "wait"),
             "withdrawn": (t("已撤回", "withdrawn"), "bad"), "purged": (t("已清除", "purged"), "bad")}[one.state]  # fmt: skip
    failed = overview.failed_gates(entry)
    with st.container(border=True):
        text, buttons = st.columns([4, 2], vertical_alignment="center")
        chips = ui.chip(f"v{entry.version}") + ui.chip(*state)
        chips += ui.chip(t(f"{failed} 个门限未过", f"{failed} gate(s) failed"), "bad") if failed else ""
        facts = (f"{t.count(said['rows'])} {t('行', 'rows')}", f"{len(said['sources'])} {t('个来源', 'source(s)')}",
                 f"{one.versions} {t('个已发布版本', 'published')}", said["date"])  # fmt: skip
        text.html(
            f"<h3 style='margin:0'>{safe.escaped(said['title'] or entry.corpus)} {chips}</h3>"
            f"<div class='yl-facts'><span>{safe.escaped(entry.corpus)}</span>"
            + "".join(f"<span>{safe.escaped(str(fact))}</span>" for fact in facts)
            + "</div>"
        )
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            for page, label in (("flow", t("流向", "Flow")), ("rows", t("逐行", "Rows")), ("release", t("发布", "Release"))):
                if st.button(label, key=f"{page}_{entry.corpus}", disabled=page == "rows" and entry.work is None):
                    ui.go(page, release=entry.name)
