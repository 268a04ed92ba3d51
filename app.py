"""The browser front door: joins the pages of the rooms. `yuliao app` starts it."""

from __future__ import annotations

from typing import Any


def main() -> None:
    import streamlit as st

    from corpora.ui import page as ui

    ui.begin()
    with st.sidebar:
        ui.language_switch()
    person = ui.who()
    if not (person.local or person.name):
        ui.sign_in()
        return
    if not person.local:
        with st.sidebar:
            st.button(f"{person.name} · {ui.words()('退出', 'sign out')}", on_click=ui.sign_out, type="tertiary")
    sections = pages(person)
    st.session_state["pages"] = {page.url_path or "home": page for group in sections.values() for page in group}
    st.navigation(sections, expanded=True).run()


def pages(person: Any) -> dict[str, list[Any]]:
    """The pages that this person's roles open, by section."""
    import streamlit as st

    from annotation import page as annotation
    from corpora.catalog import page as catalog
    from corpora.ui import access
    from corpora.ui import page as ui
    from curation.home import page as home
    from curation.look.flow import page as flow
    from curation.look.reader import page as rows
    from curation.look.threshold import page as studio
    from curation.release_desk import page as release
    from curation.review import page as review
    from curation.run import page as run
    from quality import page as quality

    t = ui.words()
    told: dict[str, list[tuple[Any, str, str, str]]] = {
        "": [(home, "home", t("首页", "Home"), "home")],
        t("整理", "Curate"): [
            (run, "run", t("运行", "Run"), "play_circle"),
            (flow, "flow", t("流向", "Flow"), "waterfall_chart"),
            (rows, "rows", t("逐行", "Rows"), "table_rows"),
            (studio, "studio", t("界限", "Thresholds"), "tune"),
        ],
        t("判断", "Judge"): [
            (review, "review", t("复核", "Review"), "fact_check"),
            (annotation, "annotation", t("标注", "Annotation"), "rate_review"),
            (quality, "quality", t("质量", "Quality"), "monitoring"),
        ],
        t("交付", "Deliver"): [
            (release, "release", t("发布", "Release"), "verified"),
            (catalog, "catalog", t("目录", "Catalog"), "inventory_2"),
        ],
    }
    made = {
        section: [
            st.Page(room.draw, title=title, icon=f":material/{icon}:", url_path=name, default=name == "home")
            for room, name, title, icon in group
            if access.may_open(person, name)
        ]
        for section, group in told.items()
    }
    return {section: group for section, group in made.items() if group}


if __name__ == "__main__":
    main()
