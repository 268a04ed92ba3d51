"""标注: batches that people judge in Label Studio: new ones, how far each person is, how well they agree, what is disputed."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from annotation import overview
from annotation.batch import Batch, every
from annotation.outcome import progress
from annotation.overview import Dispute, Line
from annotation.reaching import Setting, setting
from corpora import vocabulary
from corpora.ui import charts, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.ui.words import Words
from corpora.workspace import Workspace

_SHOWN = 10
"""Disputes on the page at once."""


def draw() -> None:
    t = ui.words()
    ui.title("标注", "Annotation", t("请人在 Label Studio 里判断：抽样送出，取回答案，看一致性，分歧交给别人定。定下的写入决定日志，下次运行生效。", "People judge in Label Studio: send a sample, fetch answers, see how they agree, let somebody else settle disputes."))  # fmt: skip
    person, there = ui.who(), setting(Workspace())
    _server(there)
    found = [one for one in every(Workspace()) if person.holds(str(one.facts["corpus"]))]
    if entries := [one for one in ui.releases(person, worked=True) if ui.may_write(one.corpus)]:
        with st.expander(t("新的一批", "A new batch"), expanded=not found), ui.guarded():
            _new(entries, there)
    if not found:
        return ui.empty(t("还没有批次。", "There is no batch yet."))
    picked = ui.table([_row(one) for one in found], key="batches", pick=True)
    with ui.guarded():
        _batch(found[picked or 0], there)


def _server(there: Setting) -> None:
    """Where people judge, and what to do where there is no such place yet."""
    t = ui.words()
    if there.ready:
        name = t("团队的 Label Studio", "Label Studio of the team") if there.state == "team" else t("本机的 Label Studio", "Label Studio on this machine")  # fmt: skip
        st.html(ui.chip(t("已连接", "set up"), "good") + f"{name} <code>{safe.escaped(there.url)}</code>")
        if there.state == "team":
            st.caption(t("社区版里同一组织的人看得见彼此的项目和答案：盲标只能靠自觉。要真的互不相见，用本机的服务器，给每人写 姓名=邮箱。", "In the community edition people of one organisation see each other's tasks and answers. For blind judging use the server of this machine, with an e-mail for everybody."))  # fmt: skip
        return
    with st.container(border=True):
        st.html(ui.chip(t("还没有标注服务器", "no server yet"), "wait") + t("可以先抽样，服务器好了再送出。三种办法：", "A batch can be drawn now and sent later. Three ways:"))  # fmt: skip
        st.markdown(
            t("1. 本机：在终端运行 `yuliao annotate serve`（首次安装约 1 GB，约一分钟；只有本机能连）。\n"
              "2. 团队的服务器：启动工作台前设 `LABEL_STUDIO_URL`，令牌放在 `LABEL_STUDIO_TOKEN`。\n"
              "3. 不装：保留或剔除一行，直接在「复核」页里做。",
              "1. This machine: `yuliao annotate serve` (1 GB, about a minute; only this machine can reach it).\n"
              "2. A server of your team: set `LABEL_STUDIO_URL`, and `LABEL_STUDIO_TOKEN`, before the workbench starts.\n"
              "3. None: keep or drop rows on the page Review.")
        )  # fmt: skip
        if there.state == "stopped" and ui.who().local and st.button(t("启动本机已装好的", "Start the one on this machine"), type="primary"):  # fmt: skip
            _start()


def _start() -> None:
    from annotation import server
    from annotation.reaching import home

    with ui.guarded(), st.spinner(ui.words()("正在启动，首次建库约一分钟…", "Starting; the first time takes a minute…")):
        server.start(home(Workspace()))
        st.rerun()


def _new(entries: list[Entry], there: Setting) -> None:
    t = ui.words()
    left, right = st.columns(2)
    with left:
        entry = ui.choose(entries, label=t("版本", "Release"))
        who = st.text_area(t("标注人，一行一个；可写 姓名=邮箱", "Annotators, one a line; name or name=e-mail"), height=108, placeholder="王芳\n李强=li@example.com")  # fmt: skip
    with right:
        project = st.selectbox(t("请人判断什么", "What is asked"), overview.PROJECTS, format_func=_project)
        n = st.number_input(t("抽多少行", "Rows to draw"), 1, 100_000, 300, step=50)
        overlap = st.slider(t("两人都看的份额（一致性靠它）", "Share that two people see"), 0.0, 1.0, 0.2, 0.05)
    names = overview.names(who)
    with st.container(horizontal=True):
        draw_ = st.button(t("只抽样", "Draw only"), disabled=not names)
        push = st.button(t("抽样并送出", "Draw and send"), type="primary", disabled=not names or not there.ready)
    if (draw_ or push) and entry is not None:
        with st.spinner(t("正在抽样…", "Drawing…")):
            batch = overview.prepare(Workspace(), entry.release, project, names, n=int(n), overlap=overlap, seed=0, by=ui.who().name)  # fmt: skip
        if push:
            _send(batch)
        st.rerun()


def _project(name: str) -> str:
    from annotation import project as projects

    return f"{overview.title(projects.load(name).title, name, ui.words())} · {name}"


def _send(batch: Batch) -> None:
    t = ui.words()
    sent = _moving(
        t("正在送出…", "Sending…"), lambda report: overview.send(Workspace(), batch, by=ui.who().name, report=report)
    )
    st.toast(t(f"新送 {sent} 个任务", f"{sent} tasks sent"))


def _moving(said: str, work: Callable[[Callable[[float], None]], int]) -> int:
    """A bar while something goes on. Whoever leaves stops it between two requests; the same button goes on from there."""
    bar = st.progress(0.0, text=said)

    def report(share: float) -> None:
        bar.progress(share, text=f"{said} {share:.0%}")

    return work(report)


def _row(batch: Batch) -> dict[str, Any]:
    t, told = ui.words(), progress(batch)
    tasks, answered = (sum(desk[key] for desk in told["desks"]) for key in ("tasks", "answered"))
    return {t("批次", "batch"): told["batch"], t("项目", "project"): overview.title(batch.project.title, batch.project.name, t),
            t("数据集", "dataset"): f"{told['corpus']}@{told['version']}", t("人", "people"): len(told["desks"]),
            t("任务", "tasks"): tasks, t("已答", "answered"): answered, t("进度", "progress"): t.share(answered, tasks),
            t("有分歧", "disputed"): told["disputed"], t("已定", "settled"): told["settled"]}  # fmt: skip


def _batch(batch: Batch, there: Setting) -> None:
    t, told, corpus = ui.words(), progress(batch), str(batch.facts["corpus"])
    st.header(f"{overview.title(batch.project.title, batch.project.name, t)} · {told['batch']}", anchor=False)
    ui.figures([(t("行", "rows"), t.count(len(batch.tasks)), ""), (t("待标", "open"), t.count(told["open"]), ""),
                (t("有分歧", "disputed"), t.count(told["disputed"]), ""), (t("已定", "settled"), t.count(told["settled"]), t.share(told["settled"], len(batch.tasks)))])  # fmt: skip
    with ui.guarded():
        _actions(batch, there, ui.may_write(corpus))
    people, agree, disputed = st.tabs([t("每人进度", "Progress"), t("一致性", "Agreement"), t(f"分歧 {told['disputed']}", f"Disputes {told['disputed']}")])  # fmt: skip
    with people:
        st.html(_people(told["desks"]))
    with agree:
        _agreement(batch)
    with disputed, ui.guarded():
        _disputes(batch, there, ui.may_write(corpus))


def _actions(batch: Batch, there: Setting, mine: bool) -> None:
    t = ui.words()
    if not mine:
        st.caption(t("送出与取回由所有者或编目员做，令牌要可写。", "Owners and curators send and fetch, with a token that may write."))  # fmt: skip
        return
    with st.container(horizontal=True):
        send = st.button(t("继续送出", "Send what is left"), disabled=not there.ready)
        fetch = st.button(t("取回答案", "Fetch answers"), type="primary", disabled=not there.ready)
    if send:
        _send(batch)
        st.rerun()
    if fetch:
        with st.spinner(t("正在取回…", "Fetching…")):
            told = overview.collect(Workspace(), batch, by=ui.who().name)
        st.toast(
            t(
                f"取回 {told['answers']} 个新答案，写下 {told['added']} 个决定",
                f"{told['answers']} new answers, {told['added']} decisions written",
            )
        )
        st.rerun()


def _people(desks: list[dict[str, Any]]) -> str:
    """Each person's tasks as bars."""
    t, roles = ui.words(), {"annotator": ("标注", "annotator"), "reviewer": ("复核", "reviewer")}
    lines = []
    for desk in desks:
        share = desk["answered"] / desk["tasks"] if desk["tasks"] else 0.0
        unsent = desk["tasks"] - desk["sent"]
        name = f"{safe.escaped(desk['name'])} {ui.chip(t(*roles[desk['role']]))}"
        name += ui.chip(t(f"{unsent} 未送", f"{unsent} not sent"), "wait") if unsent else ""
        figure = f"{desk['answered']} / {desk['tasks']}"
        lines.append(f'<div class="{"good" if share == 1 else "now"}"><span>{name}</span><i><b style="width:{100 * share:.0f}%"></b></i><small>{figure}</small></div>')  # fmt: skip
    return f'<div class="yl-stages">{"".join(lines)}</div>'


@st.cache_data(max_entries=16, show_spinner=False)
def _measured(folder: str, answers: int, language: str) -> list[Line]:
    """A thousand bootstrap samples a measure: drawn anew only when answers came in."""
    return overview.agreement(Batch.load(Path(folder)), Words(language))


def _agreement(batch: Batch) -> None:
    t = ui.words()
    lines = _measured(str(batch.folder), batch.files(), t.language)
    if not lines:
        st.caption(t("还没有两个人都答过的任务。", "No task has two answers yet."))
        return
    st.caption(t("点是估计值，横线是 95% 自助法区间；1 是完全一致，0 是碰巧的水平。「有预标」远高于「随机对照」，说明人在跟着程序走。", "Dots are estimates, lines 95% bootstrap intervals; 1 is full agreement, 0 is chance. Where pre-annotated tasks agree far better than the random control, people follow the engine."))  # fmt: skip
    known = [one for one in lines if not math.isnan(one.value) and (one.group == lines[0].group or not one.pair)]
    shown = [{"label": f"{one.label} · {one.group}", "value": one.value, "low": one.low, "high": one.high, "rows": one.units} for one in known]  # fmt: skip
    if shown:
        st.altair_chart(charts.intervals(shown, title=t("各人的答案有多一致", "How far people agree"), unit=t("一致性", "agreement"), rows_=t("任务", "tasks")))  # fmt: skip
    ui.table([{t("哪些任务", "which tasks"): one.group, t("指标", "measure"): one.label, t("值", "value"): _figure(one.value),
               t("95% 区间", "95% interval"): f"{_figure(one.low)} – {_figure(one.high)}", t("任务数", "tasks"): one.units} for one in lines], key="agreement")  # fmt: skip


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _disputes(batch: Batch, there: Setting, mine: bool) -> None:
    """What people differ about. Who annotates or reviews sees the number only: they judge without knowing others' answers."""
    t, person = ui.words(), ui.who()
    if not person.holds(str(batch.facts["corpus"]), "owner", "curator", "officer"):
        st.caption(t("内容只给主管与安全官看：复核人不看别人的答案。", "Curators and officers see them: a reviewer judges without others' answers."))  # fmt: skip
        return
    found = overview.disputes(batch, t)
    if not found:
        st.caption(t("没有分歧。", "There is no dispute."))
        return
    if mine:
        _ask(batch, there, sum(not one.waits for one in found))
    for one in found[:_SHOWN]:
        st.html(_card(one))
    if len(found) > _SHOWN:
        st.caption(t(f"还有 {len(found) - _SHOWN} 处", f"{len(found) - _SHOWN} more"))


def _ask(batch: Batch, there: Setting, left: int) -> None:
    t = ui.words()
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    who = name.text_input(
        t("复核人（不能是标过这一批的人）", "Reviewer (none of the annotators)"), placeholder="赵敏=zhao@example.com"
    )
    if button.button(
        t(f"送去复核 {left} 处", f"Send {left} to review"), disabled=not (there.ready and left and who.strip())
    ):
        _moving(t("正在送出…", "Sending…"), lambda report: overview.settle(Workspace(), batch, who, by=ui.who().name, report=report))  # fmt: skip
        st.rerun()


def _card(one: Dispute) -> str:
    """The text once for choices; once a person where they marked places in it."""
    t = ui.words()
    state = ui.chip(t("等复核", "with a reviewer"), "wait") if one.waits else ui.chip(t("未分派", "nobody has it"))
    head = f"<div class='yl-facts'><span>{safe.escaped(one.task)}</span><span>{state}</span></div>"
    if not any(one.marks.values()):
        said = "".join(f"<div><b>{safe.escaped(name)}</b> {ui.chip(word or '–')}</div>" for name, word in one.said.items())
        return f"<div class='yl-card'>{head}{safe.marked(one.text[:600], [])}<div class='yl-said'>{said}</div></div>"
    sides = "".join(f"<div><b>{safe.escaped(name)}</b>{_marked(one.text, marks)}</div>" for name, marks in one.marks.items())
    return f"<div class='yl-card'>{head}<div class='yl-said'>{sides}</div></div>"


def _marked(text: str, marks: list[tuple[int, int, str]]) -> str:
    t = ui.words()
    return safe.marked(text, [(start, end, kind, t.term(vocabulary.PII_KINDS, kind)) for start, end, kind in marks])
