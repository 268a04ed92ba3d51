"""What is chosen, kept in the page's address: a reload, or a link that was sent, opens the same release and the same queue."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def settle(key: str, widget: str, options: Sequence[str]) -> str | None:
    """What the widget is to begin with: what the address names, else what was chosen before on any page, else the first option.
    None: it has been put into the widget's state, since a widget that stands already heeds nothing else.

    Where what was asked for is none of the options, `missed` tells it until something is chosen.
    """
    addressed, standing = _addressed(key), st.session_state.get(widget)
    before = addressed or st.session_state.get(key)
    at = before if before in options else options[0]
    if before and before != at:
        st.session_state[f"_missed_{widget}"] = (before, at)
    if not addressed and before == st.session_state.get(f"_told_{key}") and (standing is None or standing in options):
        return at
    st.session_state[widget] = at
    return None


def _addressed(key: str) -> str | None:
    """What the address says, unless we wrote it there: then the widget knows better."""
    said = st.query_params.get(key)
    return said if said and said != st.session_state.get(f"_told_{key}") else None


def tell(key: str, picked: str) -> None:
    """Writes what is shown into the address, and keeps it for the next page."""
    st.session_state[key] = st.session_state[f"_told_{key}"] = picked
    if st.query_params.get(key) != picked:
        st.query_params[key] = picked


def missed(widget: str, options: Sequence[str], picked: str) -> str | None:
    """What was asked for and is not among the options, as long as what is shown instead was not chosen by anybody."""
    asked, instead = st.session_state.get(f"_missed_{widget}") or ("", picked)
    if picked != instead or asked in options:
        st.session_state.pop(f"_missed_{widget}", None)
        return None
    return asked or None
