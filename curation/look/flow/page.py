"""流向: the ledger of a release as a waterfall; a reason that is clicked opens its rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora.ui import charts
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from curation.look.flow import waterfall


def draw() -> None:
    t = ui.words()
    ui.title("流向", "Flow", t("每一行的去处：读入多少，因为什么剔除，留下多少。点一根柱子看它的行。", "Where every row went. Click a bar to see its rows."))  # fmt: skip
    entries = ui.releases(ui.who())
    if not entries:
        ui.empty(t("还没有完成的运行。", "No run is finished yet."), button=t("去运行", "Run one"), page="run")
        return
    left, right = st.columns([3, 2])
    with left:
        entry = ui.choose(entries, label=t("版本", "Release"))
    assert entry is not None
    ledgers = entry.manifest["ledger"]
    with right:
        every = t("全部来源", "all sources")
        source = st.selectbox(t("来源", "Source"), [every, *ledgers["sources"]])
    ledger = ledgers["total"] if source == every else ledgers["sources"][source]
    _figures(ledger)
    _waterfall(entry, ledger)
    _changes(ledger)


def _figures(ledger: dict[str, Any]) -> None:
    t = ui.words()
    came = ledger["read"] + ledger["made"]
    dropped = sum(sum(reasons.values()) for reasons in ledger["dropped"].values())
    told = (
        (t("读入与新增", "read + made"), came, ""), (t("保留", "kept"), ledger["kept"], t.share(ledger["kept"], came)),
        (t("剔除", "dropped"), dropped, t.share(dropped, came)),
        (t("隔离", "quarantined"), ledger["quarantined"], t.share(ledger["quarantined"], came)),
    )  # fmt: skip
    ui.figures([(label, t.count(number), share) for label, number, share in told])
    if gap := waterfall.closes(ledger):
        st.error(t(f"账不平：差 {gap:,} 行", f"{gap:,} rows are not accounted for"))


def _waterfall(entry: Entry, ledger: dict[str, Any]) -> None:
    t = ui.words()
    bars = waterfall.bars(ledger, t)
    fates = {"in": t("读入", "read"), "dropped": t("剔除", "dropped"), "quarantined": t("隔离", "quarantined"),
             "consumed": t("并入", "consumed"), "kept": t("保留", "kept")}  # fmt: skip
    rows = [{**vars(bar), "figure": f"{bar.figure} · {bar.share}", "said": fates[bar.fate]} for bar in bars]
    chart = charts.waterfall(
        rows,
        title=t("读入的行去了哪里", "Where the rows went"),
        unit=t("行", "rows"),
        fates=fates,
        begins=t("横轴起于", "from"),
    )
    event: Any = st.altair_chart(chart, on_select="rerun", key=f"flow_{entry.name}")
    picked = (event or {}).get("selection", {}).get("step", [])
    if picked:
        _open(entry, str(picked[0].get("key", "")))
    if entry.work is None:
        st.caption(t("产生这个版本的工作目录不在本机，看不到逐行的内容。", "Its work folder is not on this machine."))
        return
    with st.expander(t("逐个原因", "Reason by reason")):
        dropped = [bar for bar in bars if bar.fate == "dropped"]
        number = ui.table(
            [{t("步骤与原因", "step · reason"): one.label, t("含义", "meaning"): one.meaning, t("行", "rows"): one.rows,
              t("占比", "share"): one.share} for one in dropped], key="reasons", pick=True,
        )  # fmt: skip
        if number is not None:
            _open(entry, dropped[number].key)


def _open(entry: Entry, key: str) -> None:
    """The rows behind a bar: opened once a click, so that coming back does not bounce."""
    if (
        entry.work is None
        or key in ("read", "made", "consumed", "quarantined")
        or st.session_state.get("_opened") == (entry.name, key)
    ):
        return
    st.session_state["_opened"] = (entry.name, key)
    step, _, reason = key.partition("/")
    ui.go("rows", release=entry.name, rows_kept=key == "kept", rows_reason=reason or None)


def _changes(ledger: dict[str, Any]) -> None:
    t = ui.words()
    told = waterfall.changed(ledger, t)
    if told:
        title = t("每步改动了多少行的文字", "Rows whose text each step changed")
        st.altair_chart(charts.bars(told, title=title, unit=t("行", "rows"), colour=charts.COLOURS["in"]))
