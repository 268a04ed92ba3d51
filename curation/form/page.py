"""What the page of runs shows before a run: files, the recipe as a form with its YAML beside it, and the preflight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from corpora import vocabulary
from corpora.errors import RecipeError
from corpora.ui import page as ui
from corpora.ui import safe
from corpora.workspace import Workspace
from curation.form import drafts, editing, fields
from curation.form.acts import Acts
from curation.form.drafts import Draft
from curation.form.fields import Field
from curation.recipe_file import RecipeFile


def files() -> None:
    """Uploads, files of this machine, or a recipe that is there: each makes a draft."""
    t, acts = ui.words(), Acts(Workspace(), ui.who())
    uploaded = st.file_uploader(
        t("把文件放到这里：CSV、Excel、Word、PDF、JSONL、TXT、压缩包", "Drop files: CSV, Excel, Word, PDF, JSONL, TXT, archives"),
        accept_multiple_files=True, key="uploads",
    )  # fmt: skip
    if uploaded and st.button(t("看一遍，起草配方", "Look at them and draft a recipe"), type="primary"):
        with st.spinner(t("正在看文件…", "Looking…")):
            _choose(acts.upload([(one.name, one) for one in uploaded]))
    if ui.who().local:
        with st.expander(t("文件已在这台机器上", "The files are on this machine")):
            path = st.text_input(t("文件或目录的路径", "Path of a file or folder"))
            if path and st.button(t("起草配方", "Draft a recipe")):
                _choose(acts.draft(path))
    with st.expander(t("从已有的配方开始", "Start from a recipe"), expanded=not uploaded):
        _from_recipe()


def _from_recipe() -> None:
    """One's own drafts go on; drafts of others whose dataset one may write, and shipped recipes, are copied."""
    from curation import recipe_file

    t, who = ui.words(), ui.who().name
    known = [one for one in drafts.all_of(Workspace()) if one.owner == who or ui.may_write(one.label)]
    options: list[str | Draft] = [*sorted(known, key=lambda one: one.owner != who), *recipe_file.shipped()]
    picked = st.selectbox(t("配方", "Recipe"), range(len(options)), format_func=lambda i: _named(options[i], who))
    chosen = options[picked]
    mine = isinstance(chosen, Draft) and chosen.owner == who
    with st.container(horizontal=True):
        if st.button(t("打开", "Open") if mine else t("照它另写一份", "Copy it")):
            _choose(chosen if isinstance(chosen, Draft) and mine else Acts(Workspace(), ui.who()).copy(chosen))
        if isinstance(chosen, Draft) and mine:
            _remove(chosen)


def _named(one: str | Draft, who: str) -> str:
    t = ui.words()
    if not isinstance(one, Draft):
        return t(f"{one}（自带）", f"{one} (shipped)")
    whose = t("草稿", "draft") if one.owner == who else t(f"{one.owner} 的草稿", f"draft of {one.owner}")
    return t(f"{one.label}（{whose} {one.id}）", f"{one.label} ({whose} {one.id})")


def _remove(draft: Draft) -> None:
    t = ui.words()
    with st.popover(t("删除…", "Delete…")):
        finished = drafts.readers(Workspace(), draft)[1]
        st.caption(
            t("配方和为它上传的文件都会删掉；已经做成的版本不受影响。", "The recipe and its uploads go; releases stay.")
        )
        if finished:
            st.caption(t(f"有 {finished} 次运行读过这些文件，删掉后看不到那些行的原文与每步改动。", f"{finished} run(s) read these files: their rows cannot be replayed afterwards."))  # fmt: skip
        if st.button(t("确定删除", "Delete it"), key=f"remove_{draft.id}"):
            with ui.guarded():
                Acts(Workspace(), ui.who()).remove(draft)
                st.rerun()


def _choose(draft: Draft) -> None:
    st.session_state.update(draft=draft.id, job=None, yaml=draft.text, yaml_was=draft.text, preflight=None)
    st.session_state.pop("run_tabs", None)
    st.rerun()


def _draft() -> Draft | None:
    wanted = st.session_state.get("draft")
    return next((one for one in drafts.all_of(Workspace(), ui.who().name) if one.id == wanted), None)


def recipe(actions: Callable[[Draft, RecipeFile | None], bool]) -> None:
    """The draft that is open: preflight above, form and YAML side by side; each mistake at its field.

    actions: draws the buttons above, and says whether a preflight is asked for.
    """
    t, draft = ui.words(), _draft()
    if draft is None:
        ui.empty(t("先在「文件」里选文件，或打开一份配方。", "Choose files or open a recipe first."))
        return
    _begin(draft)
    text: str = st.session_state["yaml"]
    file, mistakes = draft.check(text)
    if not _conflict(draft, text) and text != draft.text:
        Acts(Workspace(), ui.who()).edit(draft, text, st.session_state["yaml_was"])
        st.session_state["yaml_was"] = text
    if actions(draft, file) and file is not None:
        _look(file)
    if (found := st.session_state.get("preflight")) is not None:
        _predicted(found)
    form, yaml = st.columns([1, 1], gap="medium")
    with yaml:
        st.text_area("YAML", key="yaml", height=760)
    with form:
        _mistakes(mistakes)
        _form(draft, text, mistakes)


def _begin(draft: Draft) -> None:
    if st.session_state.get("yaml") is None:
        st.session_state.update(yaml=draft.text, yaml_was=draft.text)
    st.session_state.setdefault("yaml_was", draft.text)


def _conflict(draft: Draft, text: str) -> bool:
    """Whether the draft was changed elsewhere since it was read here: nothing is written until somebody chooses."""
    t, there = ui.words(), draft.text
    if there in (st.session_state["yaml_was"], text):
        return False
    st.warning(t("这份草稿在别处改过（另一个窗口？）。这里的改动还没有写下。", "The draft was changed elsewhere (another window?). What you changed here is not saved yet."))  # fmt: skip
    with st.container(horizontal=True):
        st.button(t("用那边的", "Take that"), on_click=lambda: st.session_state.update(yaml=there, yaml_was=there))
        st.button(t("用这里的", "Keep this"), on_click=lambda: st.session_state.update(yaml_was=there))
    return True


def _mistakes(mistakes: Sequence[tuple[str, str]]) -> None:
    t = ui.words()
    if not mistakes:
        st.html(ui.chip(t("配方没有错误", "no mistakes"), "good"))
        return
    st.html(ui.chip(t(f"{len(mistakes)} 处错误", f"{len(mistakes)} mistake(s)"), "bad"))
    listed = "".join(
        f"<li><code>{safe.escaped(t.mistake(at))}</code> {safe.escaped(t.mistake(said))}</li>" for at, said in mistakes
    )
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
            if meaning := t.meaning(vocabulary.STEPS, step):
                st.caption(meaning)
            for field in inside:
                _field(draft, field, wrong)


def _field(draft: Draft, field: Field, wrong: dict[str, str]) -> None:
    t = ui.words()
    label, shown = f"{t.half(field.said)}  ·  {field.key}", field.value
    # another value is another widget: the browser keeps what it has for a key, and would write it back over the YAML
    key = f"field:{draft.id}:{field.address}:{shown!r}"
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
            st.html(
                f'<p style="color:hsl(4 70% 50%);margin:-.6rem 0 .4rem;font-size:.86rem">{safe.escaped(t.mistake(said))}</p>'
            )


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


def _look(file: RecipeFile) -> None:
    from curation.look import preflight

    with st.spinner(ui.words()("正在试跑…", "Dry run…")):
        st.session_state["preflight"] = preflight.check(file)


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
