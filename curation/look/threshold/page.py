"""界限: a slider a rule; what would be kept and dropped on the whole corpus moves at once, without a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from corpora import vocabulary
from corpora.ui import charts, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.form.acts import Acts
from curation.look.outcomes import Counts
from curation.look.page import opened, run
from curation.look.reader import drawing
from curation.look.rows import Rows
from curation.look.studio import Rule, Studio
from curation.look.threshold import keeping, moving
from curation.look.threshold.moving import Key

Pair = tuple[float | None, float | None]
_EACH, _MOST = 4, 400
"""Samples on a side of the bound, and characters that are shown of each."""


def draw() -> None:
    t = ui.words()
    ui.title("界限", "Thresholds", t("拖动规则的界限，整个语料的保留与剔除立刻跟着变；满意了再存回配方。", "Move a bound: what is kept of the whole corpus moves at once. Save it to the recipe when it is right."))  # fmt: skip
    entry = run()
    if entry is not None:
        with ui.guarded():
            _studio(entry)


@st.fragment
def _studio(entry: Entry) -> None:
    t = ui.words()
    studio, rows = opened(entry)
    rules = studio.rules()
    if not rules:
        st.info(t("这份配方没有规则。", "This recipe has no rules."))
        return
    chosen: dict[Key, Pair] = st.session_state.setdefault(f"bounds:{entry.release.hash}", {})
    sliders, told = st.columns([3, 2], gap="large")
    with sliders:
        rule = _rule(rules, studio.count({}))
        _slider(rule, chosen, entry)
        bounds = moving.moved(rules, chosen)
        before, now = studio.count({}), studio.count(bounds)
        _histogram(rule, chosen[rule.key], now.total)
    with told:
        _counts(before, now)
        with ui.guarded():
            _save(studio, bounds, entry)
    _samples(studio, rows, rule, chosen[rule.key])


def _rule(rules: list[Rule], now: Counts) -> Rule:
    """The one that is chosen; at first the one that drops most."""
    t = ui.words()
    labels = [f"{t.term(vocabulary.STEPS, one.step)} · {t.term(vocabulary.REASONS, one.reason)} · {t.term(vocabulary.SIGNALS, one.column)}" for one in rules]  # fmt: skip
    most = max(range(len(rules)), key=lambda i: now.dropped.get(rules[i].key, 0))
    return rules[st.selectbox(t("规则", "Rule"), range(len(rules)), index=most, format_func=lambda i: labels[i])]


def _slider(rule: Rule, chosen: dict[Key, Pair], entry: Entry) -> None:
    t = ui.words()
    low, high, step = moving.span(rule)
    now = list(chosen.get(rule.key, (rule.at_least, rule.at_most)))
    for side, said in ((0, t("至少", "at least")), (1, t("至多", "at most"))):
        if now[side] is not None:
            key = f"slider:{entry.release.hash}:{rule.key}:{side}"
            label = f"{t.term(vocabulary.SIGNALS, rule.column)} {said}"
            form = "%g" if step == 1 else "%.4g"
            now[side] = st.slider(label, low, high, float(now[side] or 0.0), step, key=key, format=form)
    chosen[rule.key] = (now[0], now[1])
    given = [
        t(f"配方写的是 {one:g}", f"the recipe says {one:g}") for one in (rule.at_least, rule.at_most) if one is not None
    ]
    st.caption(" · ".join(filter(None, [*given, t.meaning(vocabulary.SIGNALS, rule.column)])))


def _histogram(rule: Rule, bounds: Pair, total: int) -> None:
    t = ui.words()
    name = t.term(vocabulary.SIGNALS, rule.column)
    chart = charts.histogram(
        moving.bins(rule, total), title=t(f"{name}的分布（1% 到 99%）", f"{name}, 1% to 99%"), x=name, y=t("行数", "rows"),
        bounds=[one for one in bounds if one is not None], height=250,
    )  # fmt: skip
    st.altair_chart(chart)


def _counts(before: Counts, now: Counts) -> None:
    t = ui.words()
    delta, gone = now.changed.get(("", "kept"), 0), sum(now.dropped.values())
    more = gone - sum(before.dropped.values())
    left, right = st.columns(2)
    left.metric(t("保留", "kept"), t.count(now.kept), t(f"{delta:+,} 行", f"{delta:+,} rows") if delta else None)
    right.metric(t("剔除", "dropped"), t.count(gone), t(f"{more:+,} 行", f"{more:+,} rows") if more else None, delta_color="inverse")  # fmt: skip
    exact = t("规则部分精确", "exact for rules") if now.exact else t.half(now.note)
    st.caption(f"{exact} · {t.count(now.total)} {t('行', 'rows')}")
    for said in moving.by_people(before, now, t):
        st.caption(said)
    listed = [
        {t("原因", "reason"): t.term(vocabulary.REASONS, reason), t("行", "rows"): rows,
         t("变化", "change"): f"{change:+,}" if (change := now.changed.get((step, reason), 0)) else ""}
        for (step, reason), rows in sorted(now.dropped.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip
    ui.table(listed, key="studio_counts", height=min(38 + 35 * len(listed), 300))


def _save(studio: Studio, bounds: Mapping[Key, Pair], entry: Entry) -> None:
    t = ui.words()
    if not bounds:
        return _saved()
    copied = keeping.is_shipped(studio)
    with st.expander(
        t("存成我的配方", "Save as a recipe of my own") if copied else t("存回配方", "Save to the recipe"), expanded=True
    ):
        st.code(studio.diff(bounds), language="diff", wrap_lines=True)
        if copied:
            st.caption(t("自带的配方不改：另存一份草稿，界限写在里面。", "A shipped recipe stays as it is: a draft of your own gets the bounds."))  # fmt: skip
        if st.button(t("保存", "Save"), type="primary", disabled=not ui.may_write(entry.corpus)):
            st.session_state["bounds_saved"] = Acts(Workspace(), ui.who()).bounds(studio, bounds, entry.corpus)
    _saved()


def _saved() -> None:
    """The way from saved bounds to the run in which they count."""
    t, draft = ui.words(), st.session_state.get("bounds_saved")
    if draft is not None:
        st.success(t("已保存，下一次运行生效。", "Saved: it counts from the next run on."))
        if draft and st.button(t("打开配方，去运行", "Open the recipe and run it"), key="bounds_run"):
            st.session_state.pop("bounds_saved")
            ui.go("run", draft=draft, yaml=None, job=None, preflight=None)


def _samples(studio: Studio, rows: Rows, rule: Rule, bounds: Pair) -> None:
    t = ui.words()
    bound = bounds[0] if bounds[0] is not None else bounds[1]
    if bound is None:
        return
    st.subheader(t("界限两侧", "On either side of the bound"), anchor=False)
    kinds = {"treated": t("处理后", "treated"), "edits": t("每步改动", "edits step by step")}
    if ui.who().local:
        kinds["raw"] = t("与原文对照（敏感）", "beside the raw text (sensitive)")
    how = st.segmented_control(t("怎么看", "Show"), list(kinds), default="treated", format_func=kinds.__getitem__, key="samples_how", label_visibility="collapsed") or "treated"  # fmt: skip
    sides = [
        [rows.passport(id_, raw=how == "raw") for id_ in studio.near(rule.key, bound, side, _EACH)]
        for side in ("outside", "inside")
    ]
    spans = [span for side in sides for found in side for one in found["text"] for span in one["spans"]]
    if how == "treated" and spans:
        st.html(drawing.kinds(spans, t))
    for place, found, said, kind in zip(st.columns(2, gap="large"), sides, (t("刚好剔除", "just dropped"), t("刚好留下", "just kept")), ("bad", "good"), strict=True):  # fmt: skip
        place.html(ui.chip(said, kind) + "".join(_card(one, rule, how) for one in found))


def _card(found: Mapping[str, Any], rule: Rule, how: str) -> str:
    """A row near the bound: its value, and its text as it is published, or what was done to it."""
    t, value = ui.words(), found["signals"].get(rule.column)
    figure = f"{t.term(vocabulary.SIGNALS, rule.column)} {value:.4g}" if isinstance(value, int | float) else ""
    if how == "edits":
        inside = drawing.edits(found, t, 12) or f"<small>{t('没有一步改动过它。', 'No step changed it.')}</small>"
    elif how == "raw":
        pairs = [drawing.diff(one["before"][:_MOST], one["text"][:_MOST]) for one in found["text"]]
        inside = "".join(f"{before}<div class='yl-arrow'>↓</div>{after}" for before, after in pairs)
    else:
        parts = [drawing.shortened(one["text"], one["spans"], _MOST) for one in found["text"]]
        inside = "".join(drawing.redacted(text, spans, t) for text, spans in parts)
    return f"<div class='yl-card'><div class='yl-facts'><span>{safe.escaped(found['id'][:12])}</span><span>{figure}</span></div>{inside}</div>"
