"""What every page begins with: the frame, the language, who is sitting there, and how a mistake is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

import streamlit as st

from corpora.catalog import Catalog
from corpora.catalog.people import ANONYMOUS, LOCAL, People, Principal
from corpora.errors import YuliaoError
from corpora.ui import address, door, safe, theme
from corpora.ui import widget_words as widget_words_
from corpora.ui.sessions import HOURS
from corpora.ui.shelf import Entry, Shelf
from corpora.ui.words import LANGUAGES, Words
from corpora.workspace import Workspace

LOCAL_VARIABLE = "YULIAO_APP_LOCAL"
"""Set by `yuliao app` when it listens on this machine only."""


def words() -> Words:
    """The language of this session."""
    return Words(st.session_state.get("language", "zh"))


def begin() -> None:
    """Frame and style; once a run, before anything is drawn."""
    st.set_page_config(page_title="语料工坊 Yuliao", page_icon=theme.ICON, layout="wide")
    st.html(theme.STYLE)
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", "zh")
        st.session_state["language"] = asked if asked in LANGUAGES else "zh"


@cache
def _script(name: str) -> str:
    return (resources.files("corpora.ui.component") / name).read_text("utf-8")


def widget_words() -> None:
    """Lets the widgets say their own words in Chinese; in English they are as they come."""
    if words().language == "zh":
        speaking = st.components.v2.component("yuliao_words", js=_script("words.js"))
        speaking(data={"exact": widget_words_.EXACT, "forms": widget_words_.FORMS}, key="widget_words", height=0)


_CONNECTION = {
    "lost": ("连接断开：服务停止了，或网络中断。恢复后这一页自己接上；已保存的草稿、决定和正在进行的运行都还在。",
             "Connection lost: the server stopped or the network is down. This page comes back by itself; saved drafts, decisions and runs are kept."),
    "offline": ("连接断开：这台电脑没有网络。恢复后这一页自己接上；已保存的草稿、决定和正在进行的运行都还在。",
                "Connection lost: this computer is offline. The page comes back by itself; saved drafts, decisions and runs are kept."),
    "back": ("已重新接上。", "Connected again."),
}  # fmt: skip


def connection() -> None:
    """A sentence on top of the page for as long as the server does not answer."""
    watching = st.components.v2.component("yuliao_connection", js=_script("connection.js"))
    watching(data={key: words()(*said) for key, said in _CONNECTION.items()}, key="connection", height=0)


def language_switch() -> None:
    """中文 or English, kept for the session."""
    st.segmented_control(
        "语言 / Language", list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="_language", label_visibility="collapsed",
        default=words().language, on_change=_switched,
    )  # fmt: skip


def _switched() -> None:
    st.session_state["language"] = st.session_state["_language"] or "zh"


def who() -> Principal:
    """Who is sitting there; asked of the catalog anew at every run, so that what was taken away is gone at once."""
    people = People(Catalog(Workspace().catalog).database)
    if not people.anyone():
        return LOCAL if os.environ.get(LOCAL_VARIABLE) else ANONYMOUS
    return door.inside(people)


def may_write(corpus: str) -> bool:
    """Whether who sits there may change this dataset: run it, save its recipe, publish it."""
    return People(Catalog(Workspace().catalog).database).access.writing(who(), corpus)


def only_reads(person: Principal) -> None:
    """Says why there is nothing to press for whoever signed in with a token that may only read."""
    if not person.may_write():
        st.info(words()(
            "这枚令牌只读：看得到您的角色能看的，不能运行、复核、签字、送标或发布。要改请用可写的令牌登录（yuliao token add --scope write）。",
            "This token may only read: nothing can be run, judged, signed, sent or published with it. Sign in with one that may write (yuliao token add --scope write).",
        ), icon=":material/lock:")  # fmt: skip


def sign_in() -> None:
    """The door: a token of the catalog. Drawn while nobody is signed in."""
    t = words()
    st.title(t("语料工坊", "Yuliao"))
    apart = door.is_apart()
    with st.form("sign_in", width=460):
        st.html(f'<p class="yl-lead">{t("请用目录的令牌登录。令牌由管理员用 yuliao token add 发放。", "Sign in with a token of the catalog (yuliao token add).")}</p>')  # fmt: skip
        token = st.text_input(t("令牌", "Token"), type="password")
        share = not apart and st.checkbox(t(f"在这个浏览器里保持登录（{HOURS} 小时）", f"Keep me signed in on this browser ({HOURS} hours)"), value=True)  # fmt: skip
        if not apart:
            st.caption(t("新标签页和重开的浏览器不用再登录，到退出为止。多人共用的电脑请不要勾：那样只在这个标签页里。", "New tabs and a restarted browser need no token, until you sign out. Not on a computer that others use: then it is this tab only."))  # fmt: skip
        if st.form_submit_button(t("登录", "Sign in"), type="primary") and token:
            catalog = Catalog(Workspace().catalog)
            person = door.enter(People(catalog.database), token.strip(), share=share)
            if person is ANONYMOUS:
                st.error(t("令牌无效、过期或已收回", "This token is unknown, expired or revoked"))
            else:
                catalog.audit.append("sign_in", who=person.name, where="app")
                st.rerun()
    if apart:
        st.caption(t("只换这个标签页；别的标签页里的人不变。", "This tab only: the others stay as they are."))
        st.button(t("不换了", "Stay as I was"), on_click=door.step_back, type="tertiary")


def remember() -> None:
    """Keeps whoever signed in across a reload of the tab; once a run, unless nobody has to sign in here."""
    door.remember(_script("session.js"))


def sign_out() -> None:
    """Ends the session in all tabs that share it."""
    if name := who().name:
        Catalog(Workspace().catalog).audit.append("sign_out", who=name, where="app")
    door.leave(out=True)


def step_aside() -> None:
    door.step_aside()


def title(chinese: str, english: str, lead: str = "") -> None:
    """The page's name and one sentence that says what it is for."""
    st.title(words()(chinese, english), anchor=False)
    if lead:
        st.html(f'<p class="yl-lead">{safe.escaped(lead)}</p>')


def mistake(error: YuliaoError) -> None:
    """A typed error: what is wrong, and what to do."""
    t = words()
    hint = f"\n\n**{t('怎么办', 'What to do')}**{t('：', ': ')}{_quiet(t.error(error.hint))}" if error.hint else ""
    st.error(_quiet(t.error(str(error))) + hint)


def _quiet(said: str) -> str:
    """Markdown that shows exactly these characters, line by line."""
    lines = [safe.plain(line.strip(), 4000) for line in said[:8000].splitlines() if line.strip()]
    return "  \n".join("".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|$~:" else c for c in line) for line in lines)


@contextmanager
def guarded() -> Iterator[None]:
    """A mistake inside is told on the page, and the rest of it is still drawn."""
    try:
        yield
    except YuliaoError as error:
        mistake(error)


def go(page: str, **state: Any) -> None:
    """Opens another page with something chosen."""
    st.session_state.update(state)
    pages: Mapping[str, Any] = st.session_state.get("pages", {})
    if page in pages:
        st.switch_page(pages[page])


def empty(said: str, *, button: str = "", page: str = "") -> None:
    """Nothing here yet, and the way on."""
    with st.container(border=True):
        st.html(f'<p class="yl-lead" style="margin:.3rem 0">{safe.escaped(said)}</p>')
        open_ = page in st.session_state.get("pages", (page,))  # a role may not have that page
        if button and open_ and st.button(button, type="primary", key=f"empty_{page}"):
            go(page)


def table(
    rows: Sequence[Mapping[str, Any]], *, key: str, pick: bool = False, height: Any = "auto",
    columns: Mapping[str, Any] | None = None,
) -> int | None:  # fmt: skip
    """A dense table; texts are made safe. pick: one row may be chosen, whose number is given back."""
    columns = _grouped(rows) | dict(columns or {})
    cells = [{k: safe.plain(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]
    if not pick:
        st.dataframe(cells, hide_index=True, width="stretch", height=height, column_config=columns, key=key)
        return None
    event: Any = st.dataframe(
        cells, hide_index=True, width="stretch", height=height, column_config=columns, key=key, on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    chosen = event.selection.rows
    return int(chosen[0]) if chosen and chosen[0] < len(rows) else None


def _grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Whole numbers with separators, as everywhere else on the pages."""
    whole = [
        key for key, value in (rows[0] if rows else {}).items() if isinstance(value, int) and not isinstance(value, bool)
    ]
    return {key: st.column_config.NumberColumn(format="localized") for key in whole}


def releases(person: Principal, *, worked: bool = False, published: bool = False) -> list[Entry]:
    """Releases that this person may see; worked: only those whose run is on this machine."""
    found = [one for one in Shelf(Workspace()).entries() if person.holds(one.corpus)]
    return [one for one in found if (one.work or not worked) and (one.published or not published)]


def choose(entries: Sequence[Entry], *, label: str, key: str = "release") -> Entry | None:
    """One of several releases; the last choice is kept from page to page, and in the address."""
    names = [one.name for one in entries]
    if not names:
        return None
    widget = f"_{key}_{label}"
    at = address.settle(key, widget, names)
    picked = st.selectbox(label, names, index=names.index(at) if at else 0, key=widget)
    told(key, widget, names, picked)
    return entries[names.index(picked)]


def told(key: str, widget: str, options: Sequence[str], picked: str) -> None:
    """Keeps what is shown in the address; says so where it is not what was asked for."""
    address.tell(key, picked)
    if asked := address.missed(widget, options, picked):
        here, now = _quiet(asked[:200]), _quiet(picked)
        st.warning(words()(f"这里没有 {here}，现在看的是 {now}。", f"{here} is not here: this is {now}."))


def figures(told: Sequence[tuple[str, str, str]]) -> None:
    """Figures in a line that wraps: (label, figure, what is said below it)."""
    with st.container(horizontal=True, gap="small"):
        for label, figure, below in told:
            st.metric(label, figure, below or None, delta_color="off", delta_arrow="off", width=150)


def chip(said: str, kind: str = "") -> str:
    return f'<span class="yl-chip {kind}">{safe.escaped(said)}</span>'
