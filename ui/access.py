"""Who may do what: everybody on one's own machine, by role where the app is served with sign-in.

Sign-in is set up in .streamlit/secrets.toml: `[auth]` as Streamlit's st.login wants it, and `[roles]` with the lists
`keeper`, `reviewer` and `reader` of e-mail addresses, of domains ("@city.gov.cn"), or "*" for whoever signs in.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import streamlit as st

from ui.marks import plain
from ui.state import State


class Role(StrEnum):
    """What a person may do, each with all that those before may: read, judge, or change the collection."""

    READER = "reader"
    REVIEWER = "reviewer"
    KEEPER = "keeper"


RANKS = list(Role)


def may(role: Role) -> bool:
    """Whether the person at the browser has at least this role."""
    own = role_here()
    return own is not None and RANKS.index(own) >= RANKS.index(role)


def role_here() -> Role | None:
    """The role of the person at the browser; None where they have not signed in or are on no list."""
    if not is_served():
        return Role.KEEPER
    return role_of(address_here(), dict(st.secrets.get("roles", {})))


def is_served() -> bool:
    """Whether sign-in is set up."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def address_here() -> str:
    """The e-mail address that the person has signed in with, or nothing; one that is not verified does not count."""
    if not st.user.get("is_logged_in") or st.user.get("email_verified") is False:
        return ""
    return str(st.user.get("email") or "").casefold()


def role_of(address: str, lists: Mapping[str, Sequence[str]]) -> Role | None:
    """The highest role on whose list an address stands."""
    domain = address[address.rfind("@") :] if "@" in address else ""
    for role in reversed(RANKS):
        named = {entry.casefold() for entry in lists.get(role, ())}
        if address and named & {address, domain, "*"}:
            return role
    return None


def show_door(state: State) -> None:
    """What stands before the app: sign in, or that one is on no list."""
    text, address = state.wording, address_here()
    st.title("Pilotlight", anchor=False)
    if not address:
        st.markdown(text("access.sign_in_help"))
        st.button(text("access.sign_in"), key="sign_in", type="primary", on_click=st.login)
        return
    st.markdown(text("access.refused", address=plain(address)))
    st.button(text("access.sign_out"), key="sign_out", on_click=st.logout)


def show_person(state: State) -> None:
    """Who is signed in, and the way out; nothing where nobody needs to or has."""
    role = role_here()
    if role is None or not is_served():
        return
    state.reviewer = address_here()
    with st.popover(plain(state.reviewer), type="tertiary", key="person"):
        st.markdown(state.wording(f"access.{role}"))
        st.button(state.wording("access.sign_out"), key="sign_out", on_click=st.logout)
