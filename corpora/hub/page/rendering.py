"""Rendering: templates to HTML, every value made visible and escaped, under headers that let nothing foreign in."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from corpora.hub.page import assets, text, words

FOLDER = Path(__file__).with_name("templates")
GUARDS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
)


@dataclass(frozen=True)
class Look:
    """How a page is shown. nonce: what our own style and script carry, new for every answer."""

    language: str
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def say(self, key: str, **values: Any) -> str:
        """A word of the page in its language."""
        return words.say(key, self.language, **values)

    def half(self, message: str) -> str:
        """The half of a bilingual message that the reader wants."""
        chinese, mark, english = message.partition(" / ")
        return english if mark and self.language == "en" else chinese


@functools.cache
def environment() -> Environment:
    """Every expression of a template is made visible first and escaped then; a name that is not there is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, finalize=_safe, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.filters.update(bytes=text.size, day=lambda one: str(one)[:10], url=lambda one: quote(str(one), safe="/"))
    return made


def _safe(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    return text.shown(value) if isinstance(value, str) else value


def render(look: Look, template: str, status: int = 200, **values: Any) -> Response:
    """The answer. Nothing of it is stored: what one visitor sees may not be for the next."""
    html = environment().get_template(template).render(
        look=look, say=look.say, half=look.half, en=look.language == "en", asset=assets.address, script=Markup(assets.SCRIPT),
        count=lambda one: text.count(one, look.language), language=words.LANGUAGES, **values,
    )  # fmt: skip
    policy = (
        f"default-src 'none'; style-src 'nonce-{look.nonce}'; script-src 'nonce-{look.nonce}'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(html, status, {**GUARDS, "Content-Security-Policy": policy, "Cache-Control": "no-store"})
