"""逐行: search and filter on every signal; a row with its redactions, its edits step by step, its duplicates, its passport."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora import vocabulary
from corpora.ui import page as ui
from corpora.ui import safe
from corpora.ui.shelf import Entry
from curation.look.page import opened, run
from curation.look.reader import drawing, filters
from curation.look.rows import Column, Rows
from curation.look.searching import Search

_PAGE = 50
_PATIENCE = 0.4  # seconds of searching before anything is drawn
_ALWAYS = ("characters", "source", "kept", "reason")  # columns that the table has anyway


def draw() -> None:
    t = ui.words()
    ui.title("逐行", "Rows", t("按任何信号筛选，读处理后的文本；选一行看它的护照：每步改了什么，替谁留下，为什么剔除。", "Filter on every signal, read the treated text, open a row's passport."))  # fmt: skip
    entry = run()
    if entry is None:
        return
    with ui.guarded():
        rows = opened(entry)[1]
        asked = _asked(rows)
        search = rows.search(asked["text"]) if asked["text"] else None
        if search is not None:
            search.advance(_PATIENCE)
            if not search.over and st.session_state.get("search_stopped") != search.text:
                _searching(rows, asked | {"text": search}, entry)
                return
            _stopped(search)
        found = _listed(rows, asked | {"text": search}, entry)
        if found is not None:
            _reader(rows, found, entry)


@st.fragment(run_every=0.1)
def _searching(rows: Rows, asked: dict[str, Any], entry: Entry) -> None:
    """How far the search is, a way to stop it, and the first rows that it found."""
    t, search = ui.words(), asked["text"]
    search.advance(_PATIENCE)
    if search.over:
        st.rerun(scope="app")
    bar, stop = st.columns([6, 1], vertical_alignment="center")
    bar.progress(search.share, text=t(f"正在找：看了 {search.seen:,} 行，找到 {len(search.rows):,} 行", f"{search.seen:,} rows read, {len(search.rows):,} found"))  # fmt: skip
    if stop.button(t("停止", "Stop")):
        st.session_state["search_stopped"] = search.text
        st.rerun(scope="app")
    _table(rows, asked, 1, f"searching_{entry.name}", pick=False)


def _stopped(search: Search) -> None:
    t = ui.words()
    if not search.over:
        st.warning(t(f"停在 {search.share:.0%}：下面只有已看过的 {search.seen:,} 行里的。", f"Stopped at {search.share:.0%}: of the {search.seen:,} rows read so far."))  # fmt: skip
        st.button(t("接着找", "Go on"), on_click=lambda: st.session_state.pop("search_stopped", None))


def _asked(rows: Rows) -> dict[str, Any]:
    """The filters, in two lines."""
    t = ui.words()
    fates = {"all": t("全部", "all"), "kept": t("保留", "kept"), "dropped": t("剔除", "dropped")}
    wanted = st.session_state.pop("rows_kept", None)
    reasons = [reason for _, reason in rows.reasons()]
    first = st.columns([3, 2, 2])
    with first[0]:
        text = st.text_input(t("文本里有", "Text holds"), placeholder=t("按原样查找", "as it is written"))
    with first[1]:
        if wanted is not None:
            st.session_state["rows_fate"] = "kept" if wanted else "dropped"
        fate = st.segmented_control(t("去向", "Fate"), list(fates), format_func=fates.__getitem__, key="rows_fate") or "all"
    with first[2]:
        given = st.session_state.pop("rows_reason", None)
        if given in reasons:
            st.session_state["rows_why"] = given
        why = st.selectbox(t("原因", "Reason"), reasons, index=None, key="rows_why", placeholder=t("不限", "any"), format_func=lambda one: t.term(vocabulary.REASONS, one))  # fmt: skip
    with st.expander(t("按信号筛选与排序", "Filter and order by signals")):
        where = _where(rows)
    kept = {"all": None, "kept": True, "dropped": False}[fate]
    return {"text": text or None, "kept": kept if why is None else None, "reason": why, **where}


def _where(rows: Rows) -> dict[str, Any]:
    """Any number of conditions on measured columns, a line each, and the order."""
    t = ui.words()
    known = {one.name: one for one in rows.columns()}

    def label(name: str) -> str:
        return known[name].label if t.language == "zh" else name.replace("_", " ")

    left, middle, right = st.columns([5, 3, 2], vertical_alignment="bottom")
    with left:
        picked = st.multiselect(t("信号，可选多个", "Signals, any number"), list(known), placeholder=t("不筛选", "no filter"), format_func=label)  # fmt: skip
    with middle:
        order = st.selectbox(t("按什么排序", "Order by"), list(known), index=None, placeholder=t("来源里的次序", "as in the sources"), format_func=label)  # fmt: skip
    with right:
        down = st.toggle(t("从大到小", "Largest first"), disabled=order is None)
    given = [_condition(known[name], label(name)) for name in picked]
    return {"where": [one for one in given if one], "order": order, "descending": down and order is not None}


def _condition(column: Column, label: str) -> tuple[str, str, Any] | None:
    t = ui.words()
    name, sign, value = st.columns([3, 1, 4], vertical_alignment="center")
    name.html(f"<div style='text-align:right'>{safe.escaped(label)}</div>")
    how = sign.selectbox(
        t("比较", "is"), filters.signs(column.kind), key=f"sign_{column.name}", label_visibility="collapsed"
    )
    said = value.text_input(t("值", "value"), key=f"value_{column.name}", label_visibility="collapsed", placeholder=t("值", "value"))  # fmt: skip
    return filters.condition(column.name, column.kind, how, said)


def _listed(rows: Rows, asked: dict[str, Any], entry: Entry) -> str | None:
    """The table; gives the id of the row that is read."""
    t = ui.words()
    total = rows.count(**{key: asked[key] for key in ("where", "text", "kept", "reason")})
    pages = max(-(-total // _PAGE), 1)
    head = st.columns([4, 1], vertical_alignment="bottom")
    with head[1]:
        number = st.number_input(t("页", "Page"), 1, pages, key=f"page_{entry.name}") if pages > 1 else 1
    head[0].caption(t(f"{total:,} 行，第 {number} / {pages} 页", f"{total:,} rows, page {number} of {pages}"))
    return _table(rows, asked, int(number), f"rows_{entry.name}") if total else None


def _table(rows: Rows, asked: dict[str, Any], number: int, key: str, *, pick: bool = True) -> str | None:
    t, order = ui.words(), asked["order"]
    listed = rows.page(**asked, offset=(number - 1) * _PAGE, limit=_PAGE).to_pylist()
    leaves = list(dict.fromkeys(leaf.column for leaf in rows.recipe.leaves))
    extra = dict.fromkeys([*(column for column, _, _ in asked["where"]), *([order] if order else [])])
    shown = [
        {t("编号", "id"): one["id"][:10], t("去向", "fate"): t("保留", "kept") if one["kept"] else t.term(vocabulary.REASONS, str(one["reason"])),
         t("来源", "source"): one["source"], t("字符", "chars"): one.get("characters"),
         **{t.term(vocabulary.SIGNALS, name): one.get(name) for name in extra if name not in _ALWAYS},
         t("文本", "text"): safe.plain(filters.text_of(one, leaves), filters.SHOWN)} for one in listed
    ]  # fmt: skip
    picked = ui.table(shown, key=key, pick=pick, height=270, columns={t("去向", "fate"): st.column_config.TextColumn(width="small" if t.language == "zh" else 150), t("文本", "text"): st.column_config.TextColumn(width="large")})  # fmt: skip
    return str(listed[picked or 0]["id"]) if listed else None


def _reader(rows: Rows, id: str, entry: Entry) -> None:  # noqa: A002
    t = ui.words()
    found = rows.passport(id)
    fate = found["fate"]
    marks = ui.chip(t("保留", "kept"), "good") if fate["kept"] else ui.chip(f"{t.term(vocabulary.STEPS, fate['step'])} · {t.term(vocabulary.REASONS, fate['reason'])}", "bad")  # fmt: skip
    marks += ui.chip(str(fate["split"])) if fate.get("split") else ""
    st.html(f"<h2>{safe.escaped(id[:12])} {marks}</h2>")
    text, steps, twins, papers = st.tabs([t("文本", "Text"), t("每步改动", "Edits"), t(f"重复 {found['duplicates']['rows']}", f"Duplicates {found['duplicates']['rows']}"), t("护照", "Passport")])  # fmt: skip
    with text:
        _text(rows, found, id)
    with steps:
        _edits(found)
    with twins:
        _duplicates(found)
    with papers:
        _papers(found)


def _text(rows: Rows, found: dict[str, Any], id: str) -> None:  # noqa: A002
    t, person = ui.words(), ui.who()
    spans = [span for one in found["text"] for span in one["spans"]]
    if spans:
        st.html(drawing.kinds(spans, t))
    raw = person.local and st.toggle(
        t("与原文对照（敏感，只在本机）", "Beside the raw text (sensitive, this machine only)"), key=f"raw_{id}"
    )
    if raw:
        for one in rows.passport(id, raw=True)["text"]:
            before, after = drawing.diff(one["before"], one["text"])
            left, right = st.columns(2)
            left.html(f"<div class='yl-facts'>{t('原文', 'raw')} · {safe.escaped(one['leaf'])}</div>{before}")
            right.html(f"<div class='yl-facts'>{t('处理后', 'treated')}</div>{after}")
        return
    for one in found["text"]:
        head = f"<div class='yl-facts'>{safe.escaped(one['leaf'])}</div>" if len(found["text"]) > 1 else ""
        st.html(head + drawing.redacted(one["text"], one["spans"], t))


def _edits(found: dict[str, Any]) -> None:
    t = ui.words()
    st.html(drawing.edits(found, t)) if found["edits"] else st.caption(t("没有一步改动过它。", "No step changed it."))


def _duplicates(found: dict[str, Any]) -> None:
    t = ui.words()
    shown = found["duplicates"]["shown"]
    if not shown:
        st.caption(t("没有与它重复的行。", "Nothing is a duplicate of it."))
        return
    survivor = shown[0]
    first = "\n".join(map(str, survivor["texts"].values()))
    for one in shown[1:]:
        left, right = st.columns(2)
        before, after = drawing.diff(first, "\n".join(map(str, one["texts"].values())))
        left.html(
            f"<div class='yl-facts'>{ui.chip(t('留下的', 'survivor'), 'good')}{safe.escaped(survivor['id'][:12])}</div>{before}"
        )
        right.html(
            f"<div class='yl-facts'>{ui.chip(t('它代表的', 'stands for'))}{safe.escaped(one['id'][:12])}</div>{after}"
        )


def _papers(found: dict[str, Any]) -> None:
    t = ui.words()
    facts = [*found["origin"].items(), *found["columns"].items()]
    left, right = st.columns(2)
    with left:
        ui.table([{t("项", "item"): key, t("值", "value"): safe.plain(value)} for key, value in facts if value is not None], key="origin", height=300)  # fmt: skip
        marks = found["fate"].get("marks") or []
        if marks:
            ui.table([{t("标记", "mark"): t.term(vocabulary.REASONS, one["reason"]), t("测得", "value"): one["value"], t("界限", "bound"): one["bound"]} for one in marks], key="marks")  # fmt: skip
        if found["decisions"]:
            ui.table([{t("决定", "decision"): one["decision"], t("谁", "who"): one["who"], t("时间", "at"): one["at"]} for one in found["decisions"]], key="said")  # fmt: skip
    with right:
        signals = [{t("信号", "signal"): t.term(vocabulary.SIGNALS, key), t("值", "value"): value} for key, value in found["signals"].items() if isinstance(value, int | float)]  # fmt: skip
        ui.table(signals, key="signals", height=420)
