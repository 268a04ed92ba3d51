"""Assets: the style, the sign and the few lines of script, served under the hash of their bytes."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from corpora.hub.reading.desk import NoEntry

_FOLDER = Path(__file__).with_name("templates")
_KINDS = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
SCRIPT = """for(const b of document.querySelectorAll("button[data-copy]")){b.hidden=false;b.onclick=async()=>{
const t=document.getElementById(b.dataset.copy);try{await navigator.clipboard.writeText(t.textContent)}catch{
const r=document.createRange();r.selectNodeContents(t);const s=getSelection();s.removeAllRanges();s.addRange(r);document.execCommand("copy")}
b.textContent=b.dataset.done}}"""
"""Shows the copy buttons and lets them copy: all the script there is."""


@functools.cache
def _content(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


@functools.cache
def address(name: str) -> str:
    """Where an asset is: the address changes with its bytes, so that it may be kept for good."""
    return f"/-/{hashlib.sha256(_content(name)).hexdigest()[:16]}/{name}"


async def asset(desk: object, request: Request, key: str, file: str) -> Response:
    """`GET /-/{hash}/{name}`."""
    if file not in _KINDS or address(file) != f"/-/{key}/{file}":
        raise NoEntry("没有这个地址 / no such address")
    told = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(_content(file), media_type=_KINDS[file], headers=told)
