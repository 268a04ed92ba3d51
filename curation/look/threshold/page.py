"""界限: a slider a rule; what would be kept and dropped on the whole corpus moves at once, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from corpora import vocabulary
from corpora.ui import charts, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.look.outcomes import Counts
from curation.look.rows import Rows
from curation.look.studio import Rule, Studio
from curation.look.threshold import moving
from curation.look.threshold.moving import Key


def draw() -> None:
    t = ui.words()
    ui.title("界限", "Thresholds", t("拖动规则的界限，整个语料的保留与剔除立刻跟着变；满意了再存回配方。", "Move a bound: what is kept of the whole corpus moves at once. Save it to the recipe when it is right."))  # fmt: skip
    entries = ui.releases(ui.who(), worked=True)
    entry = ui.choose(entries, label=t("运行", "Run"))
    if entry is None:
        ui.empty(
            t("这台机器上还没有完成的运行。", "No finished run is on this machine."),
            button=t("去运行", "Run one"),
            page="run",
        )
        return
    with ui.guarded():
        _studio(entry)


@st.cache_resource(max_entries=4, show_spinner=False)
def _open(work: str, release: str, stamp: float) -> tuple[Studio, Rows]:
    return Studio.open(Workspace(), work), Rows.open(Workspace(), work)


def opened(entry: Entry) -> tuple[Studio, Rows]:
    """The run, held open between two movements of a slider."""
    assert entry.work is not None
    return _open(str(entry.work), entry.release.hash, (entry.work / "decided.json").stat().st_mtime)


def _studio(entry: Entry) -> None:
    t = ui.words()
    studio, rows = opened(entry)
    rules = studio.rules()
    if not rules:
        st.info(t("这份配方没有规则。", "This recipe has no rules."))
        return
    chosen: dict[Key, tuple[float | None, float | None]] = st.session_state.setdefault(f"bounds:{entry.release.hash}", {})
    sliders, told = st.columns([3, 2], gap="large")
    with sliders:
        labels = [f"{t.term(vocabulary.STEPS, rule.step)} · {rule.label}" for rule in rules]
        picked = st.selectbox(t("规则", "Rule"), range(len(rules)), format_func=lambda i: labels[i])
        rule = rules[picked]
        _slider(rule, chosen, entry)
        bounds = moving.moved(rules, chosen)
        before, now = studio.count({}), studio.count(bounds)
        _histogram(rule, chosen.get(rule.key, (rule.at_least, rule.at_most)), now.total)
    with told:
        _counts(before, now)
        _save(studio, bounds, entry)
    _samples(studio, rows, rule, chosen.get(rule.key, (rule.at_least, rule.at_most)))


def _slider(rule: Rule, chosen: dict[Key, tuple[float | None, float | None]], entry: Entry) -> None:
    t = ui.words()
    low, high, step = moving.span(rule)
    now = list(chosen.get(rule.key, (rule.at_least, rule.at_most)))
    for side, said in ((0, t("至少", "at least")), (1, t("至多", "at most"))):
        if now[side] is not None:
            key = f"slider:{entry.release.hash}:{rule.key}:{side}"
            label = f"{t.term(vocabulary.SIGNALS, rule.column)} {said}"
            now[side] = st.slider(
                label, low, high, float(now[side] or 0.0), step, key=key, format="%g" if step == 1 else "%.4g"
            )
    chosen[rule.key] = (now[0], now[1])
    given = [
        t(f"配方写的是 {one:g}", f"the recipe says {one:g}") for one in (rule.at_least, rule.at_most) if one is not None
    ]
    st.caption(" · ".join([*given, t.meaning(vocabulary.SIGNALS, rule.column)]))


def _histogram(rule: Rule, bounds: tuple[float | None, float | None], total: int) -> None:
    t = ui.words()
    name = t.term(vocabulary.SIGNALS, rule.column)
    chart = charts.histogram(
        moving.bins(rule, total), title=t(f"{name}的分布（1% 到 99%）", f"{name}, 1% to 99%"), x=name, y=t("行数", "rows"),
        bounds=[one for one in bounds if one is not None], height=250,
    )  # fmt: skip
    st.altair_chart(chart)


def _counts(before: Counts, now: Counts) -> None:
    t = ui.words()
    delta = now.changed.get(("", "kept"), 0)
    left, right = st.columns(2)
    left.metric(t("保留", "kept"), t.count(now.kept), t(f"{delta:+,} 行", f"{delta:+,} rows") if delta else None)
    gone = sum(now.dropped.values())
    right.metric(t("剔除", "dropped"), t.count(gone), t(f"{gone - sum(before.dropped.values()):+,} 行", "") if delta else None, delta_color="inverse")  # fmt: skip
    st.caption(
        (t("规则部分精确", "exact for rules") if now.exact else t.half(now.note))
        + f" · {t.count(now.total)} {t('行', 'rows')}"
    )
    listed = [
        {t("原因", "reason"): t.term(vocabulary.REASONS, reason), t("行", "rows"): rows, t("变化", "change"): (f"{change:+,}" if (change := now.changed.get((step, reason), 0)) else "")}
        for (step, reason), rows in sorted(now.dropped.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip
    ui.table(listed, key="studio_counts", height=min(38 + 35 * len(listed), 300))


def _save(studio: Studio, bounds: Any, entry: Entry) -> None:
    t = ui.words()
    if not bounds:
        return
    with st.expander(t("存回配方", "Save to the recipe"), expanded=True), ui.guarded():
        st.code(studio.diff(bounds), language="diff")
        copy = Path(str(studio.path)) if studio.path else None
        if st.button(t("保存", "Save"), type="primary", disabled=not ui.may_write(entry.corpus)):
            target = studio.save(bounds)
            studio_log(entry, target.name)
            st.toast(t("已存回配方，重新运行就生效", "Saved: it counts from the next run on"))
        if copy is not None:
            st.caption(copy.name)


def studio_log(entry: Entry, name: str) -> None:
    """The change of a recipe, in the audit log."""
    from corpora.catalog import Catalog

    Catalog(Workspace().catalog).audit.append("recipe", who=ui.who().name, corpus=entry.corpus, recipe=name, where="app")


def _samples(studio: Studio, rows: Rows, rule: Rule, bounds: tuple[float | None, float | None]) -> None:
    t = ui.words()
    bound = bounds[0] if bounds[0] is not None else bounds[1]
    if bound is None:
        return
    st.subheader(t("界限两侧", "On either side of the bound"), anchor=False)
    for column, (side, said) in zip(st.columns(2, gap="large"), (("outside", t("刚好剔除", "just dropped")), ("inside", t("刚好留下", "just kept"))), strict=True):  # fmt: skip
        with column:
            st.html(ui.chip(said, "bad" if side == "outside" else "good"))
            for id in studio.near(rule.key, bound, side, 4):  # noqa: A001  four rows
                found = rows.passport(id)
                value = found["signals"].get(rule.column)
                figure = f"{value:.4g}" if isinstance(value, int | float) else ""
                text = "\n".join(str(one["text"]) for one in found["text"])
                st.html(
                    f"<div class='yl-card'><div class='yl-facts'><span>{safe.escaped(id[:12])}</span><span>{figure}</span></div>{safe.marked(text[:400], [])}</div>"
                )
