"""The terminal front door: `yuliao …`. Commands live in their rooms; this file joins them and reports errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def _interrupted() -> None:
    print("已中断；再跑同一条命令会接着做 / interrupted: the same command goes on from here", file=sys.stderr)
    sys.exit(130)


try:  # loading takes a second or two, in which people change their minds too
    import typer

    from annotation.commands import app as annotation_commands
    from corpora.catalog.access_commands import grants, tokens
    from corpora.catalog.audit_commands import app as audit_commands
    from corpora.catalog.commands import app as catalog_commands
    from corpora.catalog.people_commands import organisations, users
    from corpora.commands import app as corpora_commands
    from corpora.errors import YuliaoError
    from corpora.hub.commands import app as hub_commands
    from corpora.ui.commands import app as ui_commands
    from corpora.vault_commands import app as vault_commands
    from curation.commands import app as curation_commands
    from curation.deletion_commands import app as deletion_commands
    from quality.commands import app as quality_commands
except KeyboardInterrupt:
    _interrupted()


app = typer.Typer(
    name="yuliao",
    help="语料工坊：中文原始记录进，可核验的数据集版本出。/ Raw Chinese records in, sealed dataset releases out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    curation_commands, deletion_commands, corpora_commands, catalog_commands, hub_commands, quality_commands, ui_commands,
):  # fmt: skip
    app.add_typer(room)
app.add_typer(vault_commands, name="vault")
app.add_typer(annotation_commands, name="annotate")
for name, group in {"user": users, "org": organisations, "token": tokens, "grant": grants, "audit": audit_commands}.items():
    app.add_typer(group, name=name)


@app.callback()
def _front(
    version: bool = typer.Option(False, "--version", help="版本 / version", is_eager=True, callback=lambda on: _version(on)),
) -> None:
    pass


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"yuliao {metadata.version('yuliao')}")
        raise typer.Exit


def _unexpected(error: Exception) -> None:
    """A defect, or damaged data: says what kind of error and where in the code, never its message."""
    if os.environ.get("YULIAO_DEBUG"):
        raise error
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    print(f"错误 / error: {type(error).__name__} ({os.path.basename(frame.filename)}:{frame.lineno})", file=sys.stderr)
    print(
        "怎么办 / what to do: 数据可能已损坏，先用 yuliao verify 核验；否则是程序缺陷，请报告（YULIAO_DEBUG=1 显示细节，可能含原文）"
        " / the data may be damaged: run `yuliao verify`; otherwise report this defect",
        file=sys.stderr,
    )
    sys.exit(1)


_REFUSED = next(one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException")
"""Of whatever the framework refuses; it does not name the class itself."""


def _refused(error: Any) -> None:
    """A value, an option or a command that the framework cannot take: as any other error, with what to type."""
    if type(error).__name__ == "NoArgsIsHelpError":  # is the help, not a mistake
        error.show()
        sys.exit(error.exit_code)
    from corpora import wrong_usage

    said, hint = wrong_usage.said(error)
    print(f"错误 / error: {said}", file=sys.stderr)
    print(f"怎么办 / what to do: {hint}", file=sys.stderr)
    sys.exit(error.exit_code)


def _first_time() -> None:
    """Minutes of silence look like a hang: says that kernels have still to be compiled. Only to a person at a terminal."""
    import importlib.util

    spec = importlib.util.find_spec("quality")
    cache = (
        Path(spec.submodule_search_locations[0], "kernels", "__pycache__")
        if spec and spec.submodule_search_locations
        else None
    )
    if cache and sys.stderr.isatty() and not any(cache.glob("*.nbi")):
        print("第一次运行要编译内核，约三分钟，以后几秒 / the first run compiles for about three minutes", file=sys.stderr)


def _lost_world(error: OSError) -> None:
    """What the operating system refused: where, and what to do."""
    from corpora import disk
    from corpora.workspace import find_root

    if disk.is_full(error):
        full = disk.full(os.path.dirname(os.fspath(error.filename)) if isinstance(error.filename, str) else find_root())
        said, hint = str(full), full.hint
    else:
        said = f"{error.strerror or type(error).__name__}: {error.filename or ''}"
        hint = "检查路径、权限与磁盘空间 / check the path, permissions and free space"
    print(f"错误 / error: {said}", file=sys.stderr)
    print(f"怎么办 / what to do: {hint}", file=sys.stderr)
    sys.exit(2)


def main(arguments: list[str] | None = None) -> Any:
    """Runs a command; a typed error becomes its message, its hint and its exit code on standard error."""
    _first_time()
    try:
        sys.exit(app(arguments, standalone_mode=False))
    except typer.Abort:
        print("已取消 / cancelled", file=sys.stderr)
        sys.exit(1)
    except _REFUSED as error:
        _refused(error)
    except YuliaoError as error:
        print(f"错误 / error: {error}", file=sys.stderr)
        if error.hint:
            print(f"怎么办 / what to do: {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        _lost_world(error)
    except Exception as error:  # noqa: BLE001  its message may hold text of a record: only its place is shown
        _unexpected(error)
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as ended:  # the command line's own framework turns an interrupt into this status without a word
        if ended.code != 130:
            raise
        _interrupted()


if __name__ == "__main__":
    main()
