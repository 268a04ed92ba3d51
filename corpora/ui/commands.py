"""`yuliao app`: starts the workbench in the browser."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import util
from typing import TYPE_CHECKING, Annotated

import typer

from corpora import tables
from corpora.errors import UsageError

if TYPE_CHECKING:
    from corpora.workspace import Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("app")
def start(
    host: Annotated[
        str, typer.Option("--host", help="监听的地址；默认只有本机能连 / address; by default this machine only")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口，0 自动选 / port; 0 takes a free one")] = 8501,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="打开浏览器，默认在自己的桌面上打开 / open the browser")
    ] = True,
) -> None:
    """网页工作台：运行、账本、逐行查看、调界限、复核、发布、目录。/ The workbench in the browser."""
    from corpora.hub.serving import is_loopback
    from corpora.workspace import Workspace

    workspace = Workspace()
    local = is_loopback(host)
    if not local and not _anyone(workspace):
        raise UsageError(
            "还没有用户，不能开给别的机器 / there are no users: it opens on this machine only",
            hint="先 yuliao user add 与 yuliao token add；或不写 --host / add users first, or leave --host out",
        )
    number = port or _free(host)
    address = f"http://{host if ':' not in host else f'[{host}]'}:{number}"
    tables.say(f"语料工坊 / workbench: {address}，Ctrl-C 停止 / stops it")
    sys.stdout.flush()
    if open_browser and local and _desktop():
        opener = f"import time, webbrowser; time.sleep(1.5); webbrowser.open({address!r})"
        subprocess.Popen([sys.executable, "-c", opener], start_new_session=True)
    environment = {**os.environ, "YULIAO_HOME": str(workspace.root), "YULIAO_APP_LOCAL": "1" if local else ""}
    words = command(host, number)
    os.execve(words[0], words, environment)  # this process becomes the server: whoever stops it stops it


def _anyone(workspace: Workspace) -> bool:
    """Whether there are users. On one's own machine nobody asks, and the database is not loaded before the pages are."""
    from corpora.catalog import Catalog
    from corpora.catalog.people import People

    return People(Catalog(workspace.catalog).database).anyone()


def command(host: str, port: int) -> list[str]:
    """The process that serves the pages: app.py, see `serve` there."""
    from corpora.ui import theme

    front = util.find_spec("app")
    assert front is not None and front.origin
    options = theme.options() | {"server.address": host, "server.port": str(port)}
    return [sys.executable, front.origin, *(f"--{key}={value}" for key, value in options.items())]


def _desktop() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _free(host: str) -> int:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        one.bind((host, 0))
        return int(one.getsockname()[1])
