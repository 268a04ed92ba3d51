"""质量: distributions, drops, planted identities, duplicates; two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from corpora import vocabulary
from corpora.ui import charts, safe
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from quality import portrait

_FIRST = ("characters", "han_share", "digit_share", "repeated_10gram_share")


def draw() -> None:
    t = ui.words()
    ui.title("质量", "Quality", t("一个版本的分布、剔除、个人信息与植入测试；可与另一个版本并排。", "Distributions, drops and planted identities of a release, beside another one."))  # fmt: skip
    entries = ui.releases(ui.who())
    if not entries:
        ui.empty(t("还没有版本。", "There is no release yet."), button=t("去运行", "Run one"), page="run")
        return
    left, right = st.columns(2)
    with left:
        entry = ui.choose(entries, label=t("版本", "Release"))
    assert entry is not None
    with right:
        others = [one for one in entries if one.name != entry.name]
        nothing = t("不比较", "nothing")
        picked = st.selectbox(t("与之比较", "Compare with"), [nothing, *(one.name for one in others)])
    shown = [entry, *(one for one in others if one.name == picked)]
    with ui.guarded():
        _figures(shown)
        people, rows, spread = st.tabs([t("个人信息", "Personal information"), t("剔除与重复", "Drops and duplicates"), t("分布", "Distributions")])  # fmt: skip
        with people:
            _people(shown)
        with rows:
            _drops(shown)
        with spread:
            _spread(shown)


def _figures(shown: Sequence[Entry]) -> None:
    t = ui.words()
    for entry in shown:
        metrics, rows = entry.manifest["metrics"], entry.manifest["rows"]
        if len(shown) > 1:
            st.html(f"<b>{safe.escaped(entry.name)}</b>")
        recall, share = metrics.get("pii.canary_recall"), metrics.get("kept_share")
        told = (
            (t("行数", "rows"), t.count(rows)), (t("保留率", "kept"), "–" if share is None else f"{share:.1%}"),
            (t("重复剔除", "duplicates"), t.count(portrait.duplicates(entry.manifest))),
            (t("替换个人信息", "replaced findings"), t.count(sum(portrait.replaced(entry.manifest).values()))),
            (t("植入召回率", "canary recall"), "–" if recall is None else f"{recall:.2%}"),
        )  # fmt: skip
        ui.figures([(label, figure, "") for label, figure in told])
        marks = [
            ui.chip(_gate(one), {True: "good", False: "bad"}.get(one["passed"], "wait")) for one in entry.manifest["gates"]
        ]
        if marks:
            st.html(f'<div class="yl-steps">{"".join(marks)}</div>')


def _gate(one: dict[str, object]) -> str:
    return ("✓ " if one["passed"] else "✗ " if one["passed"] is False else "… ") + ui.words().gate(one)


def _people(shown: Sequence[Entry]) -> None:
    t = ui.words()
    rows = [{"label": t.term(vocabulary.PII_KINDS, kind), "value": count, **_series(entry, shown)}
            for entry in shown for kind, count in portrait.replaced(entry.manifest).items()]  # fmt: skip
    if rows:
        st.altair_chart(
            charts.bars(rows, title=t("替换了多少处个人信息", "Findings that were replaced"), unit=t("处", "findings"))
        )
    planted = portrait.canaries(shown[0].manifest)
    if not planted:
        st.caption(t("这个版本没有植入测试。", "Nothing was planted in this release."))
        return
    st.subheader(t("植入测试", "Planted identities"), anchor=False)
    st.caption(t("把虚构的身份混进数据再处理，看还剩几处读得出来；下限是 95% 精确区间的下端。", "Invented identities are planted and treated like the rest; low is the exact 95% limit."))  # fmt: skip
    kind, recall, low = t("种类", "kind"), t("召回率", "recall"), t("下限", "low")
    listed = [{kind: t.term(vocabulary.PII_KINDS, one["kind"]), t("植入", "planted"): one["planted"], t("找到", "found"): one["found"],
               recall: 100 * one["recall"], low: 100 * one["low"]} for one in planted]  # fmt: skip
    percent = st.column_config.NumberColumn(format="%.2f%%")
    ui.table(listed, key="canaries", height=320, columns={recall: percent, low: percent})


def _series(entry: Entry, shown: Sequence[Entry]) -> dict[str, str]:
    return {"series": entry.name} if len(shown) > 1 else {}


def _drops(shown: Sequence[Entry]) -> None:
    t = ui.words()
    rows = [{"label": t.term(vocabulary.REASONS, reason), "value": count, **_series(entry, shown)}
            for entry in shown for (_, reason), count in portrait.drops(entry.manifest).items()]  # fmt: skip
    if not rows:
        st.caption(t("没有剔除任何行。", "Nothing was dropped."))
        return
    st.altair_chart(
        charts.bars(
            rows, title=t("因为什么剔除", "Why rows were dropped"), unit=t("行", "rows"), colour=charts.COLOURS["dropped"]
        )
    )


def _spread(shown: Sequence[Entry]) -> None:
    t = ui.words()
    tables = [entry.release.tables("signals") for entry in shown if "signals" in entry.manifest["configs"]]
    known = portrait.signals(tables[0]) if tables else []
    if not known or any(not table or not table[0].is_file() for table in tables):
        st.caption(t("这个版本没有信号表。", "This release has no signals."))
        return
    picked = st.multiselect(
        t("信号", "Signals"), known, default=[one for one in _FIRST if one in known],
        format_func=lambda key: t.term(vocabulary.SIGNALS, key),
    )  # fmt: skip
    columns = st.columns(2)
    for place, name in enumerate(picked):
        low, high = portrait.span(tables, name)
        bins = [{**one, **_series(entry, shown)} for entry, table in zip(shown, tables, strict=True) for one in portrait.histogram(table, name, low, high)]  # fmt: skip
        chart = charts.histogram(bins, title=t.term(vocabulary.SIGNALS, name), x=t.meaning(vocabulary.SIGNALS, name) or name, y=t("行数", "rows"))  # fmt: skip
        columns[place % 2].altair_chart(chart)
