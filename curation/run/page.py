"""运行: files → recipe (form beside YAML) → preflight → a run in the background with its progress, cancel and resume."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from corpora import vocabulary
from corpora.errors import RecipeError
from corpora.ui import page as ui
from corpora.ui import safe
from corpora.workspace import Workspace
from curation.form import drafts, editing, fields
from curation.form.drafts import Draft
from curation.form.fields import Field


def draw() -> None:
    t = ui.words()
    ui.title("运行", "Run", t("选文件，看起草的配方，预检，再运行。运行在后台进行，关掉浏览器也不停。", "Choose files, look at the drafted recipe, preflight, run. It goes on when the browser is closed."))  # fmt: skip
    person = ui.who()
    if not person.may_write():
        st.info(t("您的角色只能看，不能运行。", "Your role may look, not run."))
        return
    files, recipe, running = st.tabs([t("① 文件", "① Files"), t("② 配方与预检", "② Recipe and preflight"), t("③ 进度", "③ Progress")],
                                     default=_tab(), key="run_tabs", on_change="rerun")  # fmt: skip
    with files, ui.guarded():
        _files()
    with recipe, ui.guarded():
        _recipe()
    with running, ui.guarded():
        _progress()


def _tab() -> str | None:
    t = ui.words()
    if st.session_state.get("job"):
        return t("③ 进度", "③ Progress")
    return t("② 配方与预检", "② Recipe and preflight") if st.session_state.get("draft") else None


def _files() -> None:
    t = ui.words()
    uploaded = st.file_uploader(
        t("把文件放到这里：CSV、Excel、Word、PDF、JSONL、TXT、压缩包", "Drop files: CSV, Excel, Word, PDF, JSONL, TXT, archives"),
        accept_multiple_files=True, key="uploads",
    )  # fmt: skip
    if uploaded and st.button(t("看一遍，起草配方", "Look at them and draft a recipe"), type="primary"):
        with st.spinner(t("正在看文件…", "Looking…")):
            draft = drafts.new(Workspace())
            paths = [drafts.keep(draft, one.name, one) for one in uploaded]
            _choose(drafts.from_files(Workspace(), paths, draft))
    if ui.who().local:
        with st.expander(t("文件已在这台机器上", "The files are on this machine")):
            path = st.text_input(t("文件或目录的路径", "Path of a file or folder"))
            if path and st.button(t("起草配方", "Draft a recipe")):
                _choose(drafts.from_files(Workspace(), [path]))
    with st.expander(t("从已有的配方开始", "Start from a recipe"), expanded=not uploaded):
        _from_recipe()


def _from_recipe() -> None:
    from curation import recipe_file

    t = ui.words()
    mine = [one for one in drafts.all_of(Workspace()) if ui.who().holds(one.label)]
    options: list[str | Draft] = [*mine, *recipe_file.shipped()]
    names = {id(one): f"{one.label}（{t('草稿', 'draft')} {one.id}）" if isinstance(one, Draft) else f"{one}（{t('自带', 'shipped')}）" for one in options}  # fmt: skip
    labels = [names[id(one)] for one in options]
    picked = st.selectbox(t("配方", "Recipe"), labels)
    if st.button(t("打开", "Open")):
        chosen = options[labels.index(picked)]
        _choose(chosen if isinstance(chosen, Draft) else drafts.from_recipe(Workspace(), chosen))


def _choose(draft: Draft) -> None:
    st.session_state.update(draft=draft.id, job=None, yaml=draft.text, preflight=None)
    st.session_state.pop("run_tabs", None)
    st.rerun()


def _draft() -> Draft | None:
    wanted = st.session_state.get("draft")
    return next((one for one in drafts.all_of(Workspace()) if one.id == wanted), None)


def _recipe() -> None:
    t = ui.words()
    draft = _draft()
    if draft is None:
        ui.empty(t("先在「文件」里选文件，或打开一份配方。", "Choose files or open a recipe first."))
        return
    st.session_state.setdefault("yaml", draft.text)
    text: str = st.session_state["yaml"]
    file, mistakes = draft.check(text)
    if text != draft.text:
        draft.write(text)
    _preflight(draft, file)
    form, yaml = st.columns([1, 1], gap="medium")
    with yaml:
        st.text_area("YAML", key="yaml", height=640)
    with form:
        _mistakes(mistakes)
        _form(draft, text, mistakes)


def _mistakes(mistakes: Sequence[tuple[str, str]]) -> None:
    t = ui.words()
    if not mistakes:
        st.html(ui.chip(t("配方没有错误", "no mistakes"), "good"))
        return
    st.html(ui.chip(t(f"{len(mistakes)} 处错误", f"{len(mistakes)} mistake(s)"), "bad"))
    listed = "".join(f"<li><code>{safe.escaped(at)}</code> {safe.escaped(said)}</li>" for at, said in mistakes)
    st.html(f"<ul>{listed}</ul>")


def _form(draft: Draft, text: str, mistakes: Sequence[tuple[str, str]]) -> None:
    from curation import recipe_yaml

    t = ui.words()
    try:
        data = recipe_yaml.read(text)[0]
    except RecipeError:
        return
    wrong = dict(mistakes)
    with st.expander(t("数据集", "Dataset"), expanded=True):
        for field in fields.basics(data):
            _field(draft, field, wrong)
    for number, step in enumerate(fields.steps(data)):
        inside = [*fields.of_step(data, number), *fields.rules(data, number)]
        bad = any(at.startswith(f"steps.{number}") for at in wrong)
        with st.expander(f"{number + 1}. {t.term(vocabulary.STEPS, step)}{'  ⚠' if bad else ''}", expanded=bad):
            st.caption(t.meaning(vocabulary.STEPS, step))
            for field in inside:
                _field(draft, field, wrong)


def _field(draft: Draft, field: Field, wrong: dict[str, str]) -> None:
    t = ui.words()
    key = f"field:{draft.id}:{field.address}"
    label, shown = f"{t.half(field.said)}  ·  {field.key}", field.value
    if st.session_state.get(f"{key}:shown") != repr(shown):  # the YAML beside it was edited
        st.session_state[f"{key}:shown"] = repr(shown)
        st.session_state.pop(key, None)
    changed: dict[str, Any] = {"key": key, "on_change": _changed, "args": (draft, field, key)}
    if field.kind == "switch":
        st.toggle(label, value=bool(shown), **changed)
    elif field.kind == "choice":
        st.selectbox(label, field.options, index=field.options.index(shown) if shown in field.options else None, **changed)
    elif field.kind == "number":
        st.number_input(label, value=_number(shown), format="%g", **changed)
    elif field.kind == "whole":
        st.number_input(label, value=int(shown) if isinstance(shown, int) else None, step=1, **changed)
    elif field.kind == "list":
        st.text_input(label, value="，".join(map(str, shown or [])), **changed)
    else:
        st.text_input(label, value="" if shown is None else str(shown), **changed)
    for at, said in wrong.items():
        if at == field.address or at.startswith(field.address + "."):
            st.html(f'<p style="color:hsl(4 70% 50%);margin:-.6rem 0 .4rem;font-size:.86rem">{safe.escaped(said)}</p>')


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _changed(draft: Draft, field: Field, key: str) -> None:
    """What was put in goes into the YAML, at its place."""
    value: Any = st.session_state[key]
    if field.kind == "list":
        value = [part.strip() for part in str(value).replace(",", "，").split("，") if part.strip()]
    if field.kind == "text" and value == "":
        value = None if field.value is None or not field.given else ""
    try:
        text = editing.set_value(st.session_state["yaml"], field.address, value)
    except RecipeError as error:
        st.session_state["form_mistake"] = str(error)
        return
    st.session_state["yaml"] = text
    draft.write(text)


def _preflight(draft: Draft, file: Any) -> None:
    from curation.look import preflight

    t = ui.words()
    with st.container(horizontal=True):
        look = st.button(
            t("预检", "Preflight"), disabled=file is None, help=t("试跑 1%，预测每条规则的保留率", "Dry-runs 1%")
        )
        mine = file is not None and ui.may_write(file.recipe.corpus)
        run = st.button(t("开始运行", "Start the run"), type="primary", disabled=not mine)
    if file is not None and not mine:
        st.caption(t(f"您不能写入 {file.recipe.corpus}", f"You may not write {file.recipe.corpus}"))
    if look:
        with st.spinner(t("正在试跑…", "Dry run…")):
            st.session_state["preflight"] = preflight.check(file)
    if run:
        _start(draft)
    found = st.session_state.get("preflight")
    if found is not None:
        _predicted(found)


def _predicted(found: Any) -> None:
    t = ui.words()
    st.subheader(t("预检结果", "Preflight"), anchor=False)
    told = ((t("试读", "sampled"), found.sampled), (t("估计总行数", "estimated rows"), found.estimated), (t("隔离", "quarantined"), found.quarantined))  # fmt: skip
    ui.figures([(label, t.count(number), "") for label, number in told])
    for warning in found.warnings:
        st.warning(safe.plain(t.half(warning), 500))
    rows = [
        {t("规则", "rule"): f"{t.term(vocabulary.STEPS, one.step)} · {t.term(vocabulary.REASONS, one.reason)}",
         t("预计保留", "kept"): 100 * one.kept, t("95% 区间", "95% interval"): f"{one.low:.1%} – {one.high:.1%}"}
        for one in found.rules
    ]  # fmt: skip
    if rows:
        ui.table(rows, key="predicted", columns={t("预计保留", "kept"): st.column_config.ProgressColumn(format="%.1f%%", min_value=0, max_value=100)})  # fmt: skip


def _start(draft: Draft) -> None:
    from corpora.catalog import Catalog
    from curation.run import background

    handle = background.start(Workspace(), draft.recipe)
    Catalog(Workspace().catalog).audit.append("run", who=ui.who().name, where="app", job=handle.id)
    st.session_state["job"] = handle.id
    st.session_state.pop("run_tabs", None)
    st.rerun()


def _progress() -> None:
    from curation.run import background

    t = ui.words()
    jobs = [job for job in background.jobs(Workspace()) if ui.who().holds(str(job.about["corpus"]))]
    if not jobs:
        ui.empty(t("还没有运行过。", "Nothing has run yet."))
        return
    ids = [job.id for job in jobs]
    wanted = st.session_state.get("job")
    picked = st.selectbox(t("运行", "Run"), ids, index=ids.index(wanted) if wanted in ids else 0)
    job = jobs[ids.index(picked)]
    if job.status().state in ("queued", "running"):
        _watch(job)
    else:  # drawn outside of what repeats itself, so that its buttons may lead to other pages
        status = job.status()
        _stages(status)
        _ended(job, status)


STATES = {"queued": "等待", "running": "正在运行", "done": "完成", "failed": "失败", "cancelled": "已取消"}
STAGES = {"measure": "读取·清洗·测量", "decide": "规则·去重·划分", "write": "脱敏·写出", "seal": "封存"}


@st.fragment(run_every="1s")
def _watch(job: Any) -> None:
    t = ui.words()
    status = job.status()
    if status.state not in ("queued", "running"):
        st.rerun(scope="app")
    _stages(status)
    share = status.done / status.total if status.total else 0.0
    st.progress(min(share, 1.0), text=f"{t(STAGES.get(status.phase, '准备'), status.phase or 'starting')} {share:.0%}")
    if st.button(t("取消", "Cancel"), key=f"cancel_{job.id}"):
        job.cancel()


def _stages(status: Any) -> None:
    t = ui.words()
    kind = {"done": "good", "failed": "bad", "cancelled": "wait"}.get(status.state, "")
    marks = [ui.chip(t(STATES.get(status.state, status.state), status.state), kind)]
    stages = list(STAGES)
    at = len(stages) if status.state == "done" else stages.index(status.phase) if status.phase in stages else -1
    marks += [ui.chip(t(STAGES[one], one), "good" if i < at else "wait" if i == at else "") for i, one in enumerate(stages)]
    st.html(f'<div class="yl-steps">{"".join(marks)}</div>')


def _ended(job: Any, status: Any) -> None:
    t = ui.words()
    if status.error:
        st.error(
            ui._quiet(status.error)
            + (f"\n\n**{t('怎么办', 'What to do')}**：{ui._quiet(status.hint)}" if status.hint else "")
        )
    if status.state in ("failed", "cancelled") and st.button(
        t("接着运行", "Resume"), type="primary", key=f"resume_{job.id}"
    ):
        st.session_state["job"] = job.resume().id
        st.rerun()
    if status.state == "done":
        with st.container(horizontal=True):
            for page, label in (("flow", t("看流向", "Flow")), ("rows", t("逐行查看", "Rows")), ("studio", t("调界限", "Thresholds")),
                                ("release", t("发布", "Release"))):  # fmt: skip
                if st.button(label, key=f"done_{page}", type="primary" if page == "flow" else "secondary"):
                    ui.go(page, release=release_name(status.release))


def release_name(release: Any) -> str | None:
    """NAME@VERSION of a sealed release, by its folder."""
    from pathlib import Path

    folder = Path(str(release or ""))
    return f"{folder.parent.parent.name}/{folder.parent.name}@{folder.name}" if release else None
