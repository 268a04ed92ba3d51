"""The browser front door: joins the pages of the rooms. `yuliao app` starts it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from time import sleep
from typing import Any

ROOMS = (
    "curation.home", "curation.look.flow", "curation.look.reader", "curation.run", "curation.look.threshold", "curation.review",
    "quality", "curation.release_desk", "corpora.catalog", "annotation",
)  # fmt: skip
"""Rooms with a page, in the order in which people open them."""
LATER = ("altair", "duckdb")
"""What pages import when they are drawn."""


def serve() -> None:
    """The process behind the browser."""
    from streamlit.web import cli

    sys.argv = ["streamlit", "run", __file__, *sys.argv[1:]]
    cli.main()


def _load_others() -> None:
    """Once the first page stands, what the other pages need is imported beside it: none of them makes anybody wait later."""
    import streamlit as st

    @st.cache_resource(show_spinner=False)
    def once() -> None:
        Thread(target=_load, daemon=True).start()

    once()


def _load() -> None:
    sleep(1)  # the browser is still fetching scripts
    for name in (*(f"{room}.page" for room in ROOMS), *LATER):
        import_module(name)


def main() -> None:
    import streamlit as st

    from corpora.ui import page as ui
    from corpora.ui import theme

    ui.begin()
    st.logo(theme.logo(ui.words().language), size="large")
    with st.sidebar:
        ui.language_switch()
        ui.widget_words()
        ui.connection()
    person = ui.who()
    if not (person.local or person.name):
        st.navigation(pages(None), position="hidden")  # never run: the address stands until somebody is let in
        ui.remember()
        ui.sign_in()
        return
    if not person.local:
        with st.sidebar:
            st.button(f"{person.name} · {ui.words()('退出', 'sign out')}", on_click=ui.sign_out, type="tertiary")
            st.button(ui.words()("换人", "another person"), on_click=ui.step_aside, type="tertiary", help=ui.words()("只在这个标签页里换人登录，别的标签页不变", "Somebody else signs in, in this tab only"))  # fmt: skip
    sections = pages(person)
    st.session_state["pages"] = {page.url_path or "home": page for group in sections.values() for page in group}
    opened = st.navigation(sections, expanded=True)
    if not person.local:
        ui.remember()
    ui.only_reads(person)
    opened.run()
    _load_others()


def pages(person: Any) -> dict[str, list[Any]]:
    """The pages that this person's roles open, by section; None: all there are."""
    import streamlit as st

    from corpora.ui import access
    from corpora.ui import page as ui

    t = ui.words()
    told: dict[str, list[tuple[str, str, str, str]]] = {
        "": [("curation.home", "home", t("首页", "Home"), "home")],
        t("整理", "Curate"): [
            ("curation.run", "run", t("运行", "Run"), "play_circle"),
            ("curation.look.flow", "flow", t("流向", "Flow"), "waterfall_chart"),
            ("curation.look.reader", "rows", t("逐行", "Rows"), "table_rows"),
            ("curation.look.threshold", "studio", t("界限", "Thresholds"), "tune"),
        ],
        t("判断", "Judge"): [
            ("curation.review", "review", t("复核", "Review"), "fact_check"),
            ("annotation", "annotation", t("标注", "Annotation"), "rate_review"),
            ("quality", "quality", t("质量", "Quality"), "monitoring"),
        ],
        t("交付", "Deliver"): [
            ("curation.release_desk", "release", t("发布", "Release"), "verified"),
            ("corpora.catalog", "catalog", t("目录", "Catalog"), "inventory_2"),
        ],
    }
    made = {
        section: [
            st.Page(_drawn(room), title=title, icon=f":material/{icon}:", url_path=name, default=name == "home")
            for room, name, title, icon in group
            if person is None or access.may_open(person, name)
        ]
        for section, group in told.items()
    }
    return {section: group for section, group in made.items() if group}


def _drawn(room: str) -> Callable[[], None]:
    """Draws the page of a room. What a page needs is loaded when it is opened: the first paint waits for nothing else."""

    def draw() -> None:
        import_module(f"{room}.page").draw()

    return draw


if __name__ == "__main__":
    from streamlit import runtime

    main() if runtime.exists() else serve()
