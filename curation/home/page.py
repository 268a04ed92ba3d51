"""首页: what this is, the datasets and their newest versions, runs under way, what waits for people."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpora.catalog.people import Principal
from corpora.ui import access, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.form.acts import Acts
from curation.home import overview
from curation.home.overview import Todo
from curation.run import background, telling
from curation.run.background import ALIVE, Handle

_MOST = 8
"""Lines of what waits."""

_LEAD = (
    "把中文原始记录变成可信、有版本的数据集：一份配方说清对数据做了什么，进来的每一行都有去处，个人信息不出门。",
    "Raw Chinese records in, trusted and versioned datasets out. Every row is accounted for; no identity leaves.",
)


def draw() -> None:
    t = ui.words()
    ui.title("语料工坊", "Yuliao", t(*_LEAD))
    person = ui.who()
    entries, jobs = ui.releases(person), _jobs(person)
    if not entries and not jobs:
        _first(person)
        return
    rows = {corpus: count for corpus, count in overview.waiting(Workspace()).items() if person.holds(corpus)}
    running = [one for one in jobs if one.status().state in ALIVE]
    _figures(entries, running, sum(rows.values()))
    _running(running)
    _todo(overview.todo(entries, jobs, rows), person)
    st.header(t("数据集", "Datasets"), anchor=False)
    for one in overview.datasets(entries):
        _dataset(one, person)


def _first(person: Principal) -> None:
    t, may = ui.words(), person.may_write() and access.may_open(person, "run")
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.subheader(t("用自己的数据开始", "Start with your own data"), anchor=False)
        st.html(f'<p class="yl-lead">{t("CSV（GBK 也行）、Excel、Word、PDF、JSONL 或压缩包：看一遍文件，起草一份能直接运行的配方。", "CSV, Excel, Word, PDF, JSONL or archives: a recipe is drafted from what is in them.")}</p>')  # fmt: skip
        if st.button(t("选择文件", "Choose files"), type="primary", disabled=not may):
            ui.go("run")
    with right, st.container(border=True, height="stretch"):
        st.subheader(t("先看演示", "See the demo first"), anchor=False)
        st.html(f'<p class="yl-lead">{t("2 784 条合成的医疗文书与法律条文，全部虚构。运行一次约十秒，所有页面都有内容可看。", "2,784 synthetic notes and statutes. One run takes about ten seconds.")}</p>')  # fmt: skip
        if st.button(t("运行演示", "Run the demo"), disabled=not may):
            _demo()


def _demo() -> None:
    with ui.guarded():
        ui.go("run", job=Acts(Workspace(), ui.who()).run("healthcare").id)


def _jobs(person: Principal) -> list[Handle]:
    """Runs of datasets that this person may see, newest first."""
    return [one for one in background.jobs(Workspace()) if person.holds(str(one.about["corpus"]))]


def _figures(entries: Sequence[Entry], running: Sequence[Handle], rows: int) -> None:
    t = ui.words()
    told = (
        (t("数据集", "datasets"), len(overview.datasets(entries))),
        (t("已发布版本", "published versions"), sum(one.published for one in entries)),
        (t("待发布草稿", "drafts"), sum(not one.published for one in entries)),
        (t("等人复核的行", "rows to review"), rows),
        (t("正在运行", "running"), len(running)),
    )
    ui.figures([(label, t.count(number), "") for label, number in told])


def _todo(found: Sequence[Todo], person: Principal) -> None:
    """What waits for this person, each with the way to it."""
    t = ui.words()
    mine = [one for one in found if access.may_open(person, one.page)][:_MOST]
    if mine:
        st.header(t("等您处理", "Waiting for you"), anchor=False)
    for one in mine:
        said, label, kind = _told(one)
        text, button = st.columns([6, 1], vertical_alignment="center")
        text.html(ui.chip(said, kind) + safe.escaped(one.about if one.kind != "failed" else background.find(Workspace(), one.about).about["corpus"]))  # fmt: skip
        if button.button(label, key=f"todo_{one.kind}_{one.about}", width="stretch"):
            ui.go(one.page, **({"job": one.about} if one.kind == "failed" else {"release": one.about} if "@" in one.about else {}))  # fmt: skip


def _told(one: Todo) -> tuple[str, str, str]:
    """What is said, what the button says, and the colour."""
    t = ui.words()
    return {
        "failed": (t("运行失败", "the run failed"), t("看原因", "See why"), "bad"),
        "gates": (t(f"{one.number} 个门限未过", f"{one.number} gate(s) failed"), t("看质量", "Quality"), "bad"),
        "publish": (t("草稿可以核对", "a draft to check"), t("去发布", "Release"), "wait"),
        "review": (t(f"{one.number:,} 行等人看", f"{one.number:,} rows to look at"), t("去复核", "Review"), "wait"),
    }[one.kind]


def _running(jobs: Sequence[Handle]) -> None:
    t = ui.words()
    for job in jobs:
        status = job.status()
        with st.container(border=True):
            share = status.done / status.total if status.total else 0.0
            st.progress(
                min(share, 1.0),
                text=f"{safe.plain(job.about['corpus'])} · {t(telling.STAGES.get(status.phase, '准备'), status.phase or 'starting')}",
            )
            if st.button(t("看进度", "Progress"), key=f"job_{job.id}"):
                ui.go("run", job=job.id)


def _dataset(one: overview.Dataset, person: Principal) -> None:
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
                if access.may_open(person, page) and st.button(
                    label, key=f"{page}_{entry.corpus}", disabled=page == "rows" and entry.work is None
                ):
                    ui.go(page, release=entry.name)
