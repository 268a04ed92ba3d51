"""The terminal front door: `yuliao …`. Commands live in their rooms; this file joins them and reports errors."""

from __future__ import annotations

import sys
from typing import Any

import typer

from corpora.commands import app as corpora_commands
from corpora.errors import YuliaoError
from curation.commands import app as curation_commands
from quality.commands import app as quality_commands

app = typer.Typer(
    name="yuliao",
    help="语料工坊：中文原始记录进，可核验的数据集版本出。/ Raw Chinese records in, sealed dataset releases out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (curation_commands, corpora_commands, quality_commands):
    app.add_typer(room)


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


def main(arguments: list[str] | None = None) -> Any:
    """Runs a command; a typed error becomes its message, its hint and its exit code on standard error."""
    try:
        app(arguments)
    except YuliaoError as error:
        print(f"错误 / error: {error}", file=sys.stderr)
        if error.hint:
            print(f"怎么办 / what to do: {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("已中断；重新运行会接着做 / interrupted: run again to go on", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
