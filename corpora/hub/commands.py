"""`yuliao serve`: the catalog for the tools that model developers already use."""

from __future__ import annotations

from typing import Annotated

import typer

from corpora import tables
from corpora.commands import InCatalog
from corpora.errors import UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("serve")
def serve(
    host: Annotated[
        str, typer.Option("--host", help="监听的地址；默认只有本机能连 / address; by default this machine only")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口，0 自动选 / port; 0 takes a free one")] = 8080,
    database: Annotated[
        str | None,
        typer.Option("--database", help="用户与审计的数据库网址，默认目录里的 SQLite / URL; default: SQLite in the catalog"),
    ] = None,
    upstream: Annotated[
        str,
        typer.Option(
            "--upstream", metavar="URL", help="本目录没有的仓库转到这个镜像 / where repositories that are not ours are"
        ),
    ] = "",
    url: Annotated[
        str, typer.Option("--url", help="反向代理后面的对外网址 / our address as clients see it, behind a proxy")
    ] = "",
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="客户端还会用的主机名，可写多次 / further names that clients use"),
    ] = None,
    catalog: InCatalog = None,
) -> None:
    """把目录开给 datasets 与 huggingface-hub：只需设 HF_ENDPOINT。/ Serve the catalog to unmodified Hub clients."""
    from corpora.catalog import Catalog
    from corpora.hub.server import Settings
    from corpora.hub.serving import is_loopback, listening, reachable
    from corpora.hub.serving import serve as run
    from corpora.workspace import Workspace

    for name, value in (("--upstream", upstream), ("--url", url)):
        if value and not value.startswith(("http://", "https://")):
            raise UsageError(f"{name} 应是网址 / {name} is a URL", hint="https://…")
    store = Catalog(catalog or Workspace().catalog, database=database)
    bound = listening(host, port)
    hosts = tuple(one.lower() for one in allow_host or ())
    settings = Settings(loopback=is_loopback(host), upstream=upstream, url=url.rstrip("/"), hosts=hosts)
    at = settings.url or f"http://{reachable(host)}:{bound.getsockname()[1]}"
    run(store, bound, settings, ready=lambda: _welcome(store, at, settings))


def _welcome(store: object, at: str, settings: object) -> None:
    """What to copy. Flushed: a script waits for the first line."""
    from corpora.catalog import Catalog
    from corpora.catalog.people import People
    from corpora.hub.server import Settings

    assert isinstance(store, Catalog) and isinstance(settings, Settings)
    names = store.datasets()
    tables.say(f"语料目录 / catalog: {at}（{len(names)} 个数据集 / datasets），Ctrl-C 停止 / stops it")
    tables.say(f"export HF_ENDPOINT={at}")
    if names and (versions := store.versions(names[0], closed=False)):
        tables.say(f'load_dataset("{names[0]}", revision="v{versions[-1]}")')
    if People(store.database).anyone():
        tables.say(
            "读私有数据集和写入需要令牌 / private datasets and writing need a token: yuliao token add NAME; export HF_TOKEN=…"
        )
    elif settings.loopback:
        tables.say(
            "还没有用户：只有您自己在本机的程序能用，无需令牌 / no users yet: only your own programs on this machine, without a token"
        )
    else:
        tables.say("还没有用户，别人什么也看不到 / no users yet, nobody sees anything: yuliao user add, yuliao token add")
    if not settings.loopback and not settings.url.startswith("https://"):
        tables.say("注意：没有加密，令牌会明文经过网络；请放在 TLS 反向代理后面 / no encryption: put it behind a TLS proxy")
