"""标注: batches that people judge in Label Studio, how far they are, and how well they agree."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from corpora.ui import page as ui
from corpora.ui import safe
from corpora.workspace import Workspace


def draw() -> None:
    from annotation import batch as batches

    t = ui.words()
    ui.title("标注", "Annotation", t("在 Label Studio 里判断的批次：进度、一致性、分歧。", "Batches judged in Label Studio: progress, agreement, disputes."))  # fmt: skip
    person = ui.who()
    found = [one for one in batches.every(Workspace()) if person.holds(str(one.facts["corpus"]))]
    if not found:
        ui.empty(t("还没有批次。在终端发出一批：", "No batch yet. Send one from the terminal:"))
        st.code("yuliao annotate serve\nyuliao annotate push NAME@VERSION --project keep_drop --who 姓名", language="shell")
        return
    picked = ui.table([_row(one) for one in found], key="batches", pick=True)
    with ui.guarded():
        _batch(found[picked or 0])


def _row(batch: Any) -> dict[str, Any]:
    from annotation.outcome import progress

    t, told = ui.words(), progress(batch)
    tasks = sum(desk["tasks"] for desk in told["desks"])
    answered = sum(desk["answered"] for desk in told["desks"])
    return {t("批次", "batch"): told["batch"], t("项目", "project"): told["project"],
            t("数据集", "dataset"): f"{told['corpus']}@{told['version']}", t("人", "people"): len(told["desks"]),
            t("任务", "tasks"): tasks, t("已答", "answered"): answered, t("进度", "progress"): t.share(answered, tasks)}  # fmt: skip


def _batch(batch: Any) -> None:
    from annotation import measures
    from annotation.outcome import progress

    t, told = ui.words(), progress(batch)
    st.header(told["batch"], anchor=False)
    for desk in told["desks"]:
        share = desk["answered"] / desk["tasks"] if desk["tasks"] else 0.0
        st.progress(share, text=safe.plain(f"{desk['name']} · {desk['role']} · {desk['answered']} / {desk['tasks']}"))
    st.subheader(t("一致性", "Agreement"), anchor=False)
    rows = [
        {t("任务", "tasks"): group, t("指标", "measure"): key, t("值", "value"): _figure(one.value),
         t("95% 区间", "95% interval"): f"{_figure(one.low)} – {_figure(one.high)}", t("数", "units"): one.units}
        for group, some in measures.of(batch, seed=0).items() for key, one in some.items()
    ]  # fmt: skip
    if rows:
        ui.table(rows, key="agreement")
    else:
        st.caption(t("还没有两个人都答过的任务。", "No task has two answers yet."))


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
