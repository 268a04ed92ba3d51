"""The door: a token of the catalog is shown once; from then on a session stands for it, in every tab of the browser and after
a restart of it, as long as the session lasts. A tab in which somebody else signs in is that person's alone."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora.catalog.people import ANONYMOUS, BadToken, People, Principal
from corpora.ui.sessions import SESSIONS

APART = "-"
"""What a tab tells that keeps its door shut although the browser has a session: see component/session.js."""


def enter(people: People, token: str, *, share: bool = True) -> Principal:
    """Who shows this token, with a session of his own; ANONYMOUS where it is no good. The token itself is not kept.
    share: the browser's other tabs, and the browser after a restart, begin with this session."""
    try:
        person = people.principal(token)
    except BadToken:
        return ANONYMOUS
    if person.token is None:
        return ANONYMOUS
    leave()
    state: Any = st.session_state
    state["session"], state["_share"] = SESSIONS.open(person.token), share
    state["_apart"] = state["_out"] = state["_back"] = False
    return person


def inside(people: People) -> Principal:
    """Who has the session of this tab, with today's rights."""
    if "session" not in st.session_state:
        return ANONYMOUS
    try:
        token = SESSIONS.token(st.session_state["session"])
        if token is not None:
            return people.tokens.still(token)
    except BadToken:
        pass
    leave()
    return ANONYMOUS


def leave(*, out: bool = False) -> None:
    """Ends the session for every tab that has its word. out: somebody asked for it, and does not want to be let in again."""
    if word := st.session_state.pop("session", None):
        SESSIONS.close(word)
        st.session_state["_forget"], st.session_state["_out"] = word, out


def step_aside() -> None:
    """Opens the door in this tab alone, for somebody else; the session goes on in the others."""
    if st.session_state.pop("session", None):
        st.session_state["_apart"], st.session_state["_back"] = True, False


def step_back() -> None:
    """This tab is the browser's again."""
    st.session_state["_apart"], st.session_state["_back"] = False, True


def is_apart() -> bool:
    return bool(st.session_state.get("_apart"))


def remember(script: str) -> None:
    """Tells the tab what to keep; a tab that was loaded anew tells what it kept, and is let in again."""
    state: Any = st.session_state
    kept = state.get("session")
    told = {name: bool(state.get(f"_{name}")) for name in ("share", "out", "apart", "back")}
    held = _told_by_tab(script, {"keep": kept, "forget": "" if kept else state.get("_forget", ""), **told})
    if not held or kept is not None:
        return
    if held == APART:
        state["_apart"] = True
    elif SESSIONS.token(held) is not None:
        state["session"], state["_share"], state["_back"] = held, False, False
    else:
        state["_forget"], state["_out"] = held, False
    st.rerun()


def _told_by_tab(script: str, data: dict[str, Any]) -> str | None:
    component = st.components.v2.component("yuliao_session", js=script)
    held = component(data=data, key="tab_session", height=0, on_held_change=lambda: None).held
    return held if isinstance(held, str) else None
