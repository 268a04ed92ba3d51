"""The door: a token of the catalog is shown once; from then on a session stands for it, across reloads of the tab."""

from __future__ import annotations

from typing import Any

import streamlit as st

from corpora.catalog.people import ANONYMOUS, BadToken, People, Principal
from corpora.ui.sessions import SESSIONS


def enter(people: People, token: str) -> Principal:
    """Who shows this token, with a session of his own; ANONYMOUS where it is no good. The token itself is not kept."""
    try:
        person = people.principal(token)
    except BadToken:
        return ANONYMOUS
    if person.token is None:
        return ANONYMOUS
    leave()
    st.session_state["session"] = SESSIONS.open(person.token)
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


def leave() -> None:
    """Ends the session for every tab that has its word."""
    if word := st.session_state.pop("session", None):
        SESSIONS.close(word)
        st.session_state["_forget"] = True


def remember(script: str) -> None:
    """Tells the tab what to keep; a tab that was loaded anew tells what it kept, and is let in again."""
    kept = st.session_state.get("session")
    forget = kept is None and st.session_state.get("_forget", False)
    held = _told_by_tab(script, {"keep": kept, "forget": forget})
    if not held or kept is not None:
        return
    if SESSIONS.token(held) is not None:
        st.session_state["session"] = held
    else:
        st.session_state["_forget"] = True
    st.rerun()


def _told_by_tab(script: str, data: dict[str, Any]) -> str | None:
    component = st.components.v2.component("yuliao_session", js=script)
    held = component(data=data, key="tab_session", height=0, on_held_change=lambda: None).held
    return held if isinstance(held, str) else None
