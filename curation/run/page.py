"""运行: files → recipe (form beside YAML) → preflight → a run in the background with its progress, cancel and resume."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora.errors import YuliaoError
from corpora.ui import page as ui
from corpora.ui import safe
from corpora.workspace import Workspace
from curation.form import page as form
from curation.form.acts import Acts
from curation.form.drafts import Draft
from curation.run import telling


def draw() -> None:
    t = ui.words()
    ui.title("运行", "Run", t("选文件，看起草的配方，预检，再运行。运行在后台进行，关掉浏览器也不停。", "Choose files, look at the drafted recipe, preflight, run. It goes on when the browser is closed."))  # fmt: skip
    if not ui.who().may_write():
        st.info(t("运行要用可写的令牌登录。", "Running needs a token that may write."))
        return
    files, recipe, running = st.tabs(_tabs(), default=_tab(), key="run_tabs", on_change="rerun")
    with files, ui.guarded():
        form.files()
    with recipe, ui.guarded():
        form.recipe(_actions)
    with running, ui.guarded():
        _progress()


def _tabs() -> list[str]:
    t = ui.words()
    return [t("① 文件", "① Files"), t("② 配方与预检", "② Recipe and preflight"), t("③ 进度", "③ Progress")]


def _tab() -> str | None:
    """Where the work stands."""
    if st.session_state.get("job"):
        return _tabs()[2]
    return _tabs()[1] if st.session_state.get("draft") else None


def _actions(draft: Draft, file: Any) -> bool:
    """Buttons for preflight and run of a draft; whether the preflight was asked for. file: None while it has mistakes."""
    t = ui.words()
    mine = file is not None and ui.may_write(file.recipe.corpus)
    with st.container(horizontal=True):
        look = st.button(t("预检", "Preflight"), disabled=file is None, help=t("试跑 1%、至少 1 000 条，预测每条规则的保留率", "A dry run over 1%, at least 1,000 rows: what each rule would keep"))  # fmt: skip
        run = st.button(t("开始运行", "Start the run"), type="primary", disabled=not mine)
    if file is not None and not mine:
        st.caption(t(f"您不能写入 {file.recipe.corpus}", f"You may not write {file.recipe.corpus}"))
    if run:
        _start(draft)
    return look


def _start(draft: Draft) -> None:
    st.session_state["job"] = _acts().run(draft.recipe).id
    st.session_state.pop("run_tabs", None)
    st.rerun()


def _acts() -> Acts:
    return Acts(Workspace(), ui.who())


def _progress() -> None:
    from curation.run import background

    t = ui.words()
    jobs = [job for job in background.jobs(Workspace()) if ui.who().holds(str(job.about["corpus"]))]
    if not jobs:
        ui.empty(t("还没有运行过。", "Nothing has run yet."))
        return
    ids = [job.id for job in jobs]
    wanted = st.session_state.get("job")
    place = ids.index(wanted) if wanted in ids else 0
    names = telling.distinct([_named(one) for one in jobs], ids)
    job = jobs[st.selectbox(t("运行", "Run"), range(len(jobs)), index=place, format_func=names.__getitem__)]
    if job.status().state in background.ALIVE:
        _watch(job)
    else:  # drawn outside of what repeats itself, so that its buttons may lead to other pages
        status = job.status()
        st.html(telling.stages(status, t))
        _ended(job, status)


def _named(job: Any) -> str:
    t, status = ui.words(), job.status()
    return f"{job.about['corpus']} · {telling.moment(status.started)} · {t(telling.STATES[status.state], status.state)}"


@st.fragment(run_every="1s")
def _watch(job: Any) -> None:
    from curation.run.background import ALIVE

    t, status = ui.words(), job.status()
    if status.state not in ALIVE:
        st.rerun(scope="app")
    st.html(telling.stages(status, t))
    if st.button(t("取消", "Cancel"), key=f"cancel_{job.id}", disabled=not ui.may_write(str(job.about["corpus"]))):
        _acts().cancel(job)


def _ended(job: Any, status: Any) -> None:
    t = ui.words()
    if status.error:
        ui.mistake(YuliaoError(status.error, hint=status.hint))
    for note in status.notes:
        st.warning(safe.plain(t.half(note), 500))
    if status.state == "done":
        return _onward(status)
    mine = ui.may_write(str(job.about["corpus"]))
    if st.button(t("接着运行", "Resume"), type="primary", key=f"resume_{job.id}", disabled=not mine):
        st.session_state["job"] = _acts().resume(job).id
        st.rerun()


def _onward(status: Any) -> None:
    t = ui.words()
    told = {"flow": t("看流向", "Flow"), "rows": t("逐行查看", "Rows"), "studio": t("调界限", "Thresholds"), "release": t("发布", "Release")}  # fmt: skip
    with st.container(horizontal=True):
        for page, label in told.items():
            if st.button(label, key=f"done_{page}", type="primary" if page == "flow" else "secondary"):
                ui.go(page, release=telling.release_name(status.release))
