"""Charts that explain themselves: a title, units on every axis, one accent; drawn by altair, colours from the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLOURS = {"in": "#7d8a8f", "kept": "#17877a", "dropped": "#c65d4a", "quarantined": "#c99a2e", "consumed": "#8a7fb0"}
"""One colour a fate of rows; all are told from both backgrounds."""

_ROW, _FRAME = 27, 96
"""Pixels of a bar, and of title, legend and axis around them."""


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def waterfall(
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str,
    unit: str,
    fates: Mapping[str, str],
    begins: str = "≥",
    pick: str = "step",
) -> Any:
    """Bars from `start` to `end` of each row {label, fate, start, end, rows, share, key}; a click picks its `key`.

    Where little was lost the axis begins near what was kept, and says so: losses of a few per cent would be hairlines.
    """
    import altair as alt

    order = [row["label"] for row in rows]
    came, kept = max(row["end"] for row in rows), rows[-1]["end"]
    low = max(kept - (came - kept), 0) if came - kept < came / 4 else 0
    rows = [{**row, "start": max(row["start"], low)} for row in rows]
    axis = alt.X("start:Q", title=unit + (f" · {begins} {low:,}" if low else ""), scale=alt.Scale(domain=[low, came], nice=False),
                 axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    known = [fate for fate in fates if any(row["fate"] == fate for row in rows)]
    point = alt.selection_point(name=pick, fields=["key"], on="click", empty=False)
    shared = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=280, labelFontSize=13, labelOverlap=False, ticks=False, domain=False),
    )
    bars = (
        alt.Chart(_data(rows))
        .mark_bar(cornerRadius=2, cursor="pointer", clip=True)
        .encode(
            y=shared,
            x=axis,
            x2="end:Q",
            color=alt.Color(
                "said:N",
                scale=alt.Scale(domain=[fates[one] for one in known], range=[COLOURS[one] for one in known]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            opacity=alt.condition(point, alt.value(1), alt.value(0.88)),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("rows:Q", title=unit, format=","), alt.Tooltip("share:N", title="%"),
                     alt.Tooltip("meaning:N", title="?")],
        )
        .add_params(point)
    )  # fmt: skip
    text = (
        alt.Chart(_data(rows))
        .mark_text(align="left", dx=6, fontSize=12, color="#8b9499")
        .encode(y=shared, x="end:Q", text="figure:N")
    )
    height = _ROW * len(rows) + _FRAME
    return (bars + text).properties(height=height, title=alt.Title(title, anchor="start", fontSize=14))


def bars(
    rows: Sequence[Mapping[str, Any]], *, title: str, unit: str, colour: str = COLOURS["kept"], percent: bool = False
) -> Any:
    """Horizontal bars of {label, value}, largest first as given; a series {series} puts two side by side."""
    import altair as alt

    series = any("series" in row for row in rows)
    order = list(dict.fromkeys(row["label"] for row in rows))
    names = list(dict.fromkeys(row["series"] for row in rows)) if series else []
    form = ".1%" if percent else ",.4~g"
    chart = alt.Chart(_data(rows)).mark_bar(cornerRadius=2, color=colour)
    chart = chart.encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=240, labelFontSize=13, labelOverlap=False, ticks=False, domain=False),
        ),
        x=alt.X("value:Q", title=unit, axis=alt.Axis(format=form, tickCount=5)),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("value:Q", title=unit, format=form)],
    )
    if series:
        shades = alt.Scale(domain=names, range=["#9aa5a9", colour])
        chart = chart.encode(
            yOffset=alt.YOffset("series:N", sort=names),
            color=alt.Color("series:N", scale=shades, legend=alt.Legend(title=None, orient="top")),
        )
    height = (_ROW + 9 if series else _ROW) * len(order) + _FRAME
    return chart.properties(height=height, title=alt.Title(title, anchor="start", fontSize=14))


def histogram(
    bins: Sequence[Mapping[str, Any]], *, title: str, x: str, y: str, bounds: Sequence[float] = (), height: int = 210
) -> Any:
    """Columns of {low, high, rows}, with a line at every bound; a series {series} lays outlines over each other."""
    import altair as alt

    series = any("series" in one for one in bins)
    base = alt.Chart(_data(bins)).mark_bar(color="#8fa7ad", binSpacing=1, opacity=0.6 if series else 1)
    chart = base.encode(
        x=alt.X("low:Q", title=x, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(tickCount=7, format=",.3~g")),
        x2="high:Q",
        y2=alt.datum(0),
        y=alt.Y("rows:Q", title=y, stack=None, axis=alt.Axis(format=",.0f", tickCount=4)),
        tooltip=[alt.Tooltip("low:Q", format=",.4~g", title="≥"), alt.Tooltip("high:Q", format=",.4~g", title="<"),
                 alt.Tooltip("rows:Q", format=",", title=y)],
    )  # fmt: skip
    if series:
        chart = chart.encode(color=alt.Color("series:N", title=None, legend=alt.Legend(orient="top")))
    if bounds:
        rules = alt.Chart(_data([{"at": one} for one in bounds])).mark_rule(color=COLOURS["dropped"], strokeWidth=2)
        chart = chart + rules.encode(x="at:Q", tooltip=alt.Tooltip("at:Q", format=",.4~g", title="界限"))
    return chart.properties(height=height, title=alt.Title(title, anchor="start", fontSize=13))


def intervals(rows: Sequence[Mapping[str, Any]], *, title: str, unit: str, rows_: str = "") -> Any:
    """A dot with its interval a line: {label, value, low, high, rows}, in the order given."""
    import altair as alt

    order = [row["label"] for row in rows]
    shared = alt.Y(
        "label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, labelFontSize=13, ticks=False, domain=False)
    )
    base = alt.Chart(_data(rows)).encode(y=shared)
    low = min(0.0, *(row["low"] for row in rows))
    ends = alt.X("low:Q", title=unit, scale=alt.Scale(domain=[low, 1.0]), axis=alt.Axis(tickCount=6))
    lines = base.mark_rule(strokeWidth=2.5, color="#8fa7ad").encode(x=ends, x2="high:Q")
    tips = [
        alt.Tooltip("label:N", title=" "),
        alt.Tooltip("value:Q", title=unit, format=".3f"),
        alt.Tooltip("rows:Q", title=rows_),
    ]
    dots = base.mark_point(filled=True, size=90, color=COLOURS["kept"]).encode(x="value:Q", tooltip=tips)
    return (lines + dots).properties(height=_ROW * len(order) + _FRAME, title=alt.Title(title, anchor="start", fontSize=14))
