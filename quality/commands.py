"""quality's part of the command line: sample, pii scan, pii eval."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from quality import evaluation_command  # noqa: F401  adds `pii eval`
from quality.pii_commands import pii

app = typer.Typer()
app.add_typer(pii, name="pii")


class Domain(str, Enum):  # noqa: UP042  typer shows the values of a str enum
    """What `yuliao sample` can write."""

    healthcare = "healthcare"
    manufacturing = "manufacturing"
    all = "all"


@app.command()
def sample(
    domain: Annotated[Domain, typer.Argument(help="领域：医疗、制造或全部 / which domain")] = Domain.all,
    rows: Annotated[int, typer.Option("--rows", min=1, help="每个领域的记录数 / records per domain")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="种子；同种子同字节 / same seed, same bytes")] = 0,
    out: Annotated[Path, typer.Option("--out", help="写到这个目录下的领域子目录 / folder, one subfolder per domain")] = Path(
        "samples"
    ),
    as_json: Annotated[
        bool, typer.Option("--json", help="标准输出只打印一个 JSON 对象 / one JSON object on standard output")
    ] = False,
) -> None:
    """生成合成数据，附已知答案 truth.jsonl。/ Write synthetic data with known truth."""
    from quality.samples import sample as write

    files = write(domain.value, rows=rows, seed=seed, out=out)
    if as_json:
        print(
            json.dumps({"out": str(out), "rows": rows, "seed": seed, "synthetic": True, "files": files}, ensure_ascii=False)
        )
    else:
        _show(files, out)


def _show(files: list[dict[str, object]], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("文件", "编码", "记录", "MB", "植入身份", "变形", "脏行", "坏行")
    for file in files:
        size = f"{int(str(file['bytes'])) / 1e6:.2f}"
        table.add_row(*(str(file[key]) for key in ("file", "encoding", "rows")), size,
                      *(str(file[key]) for key in ("identities", "obfuscated", "dirty", "broken")))  # fmt: skip
    console = Console()
    console.print(table)
    console.print(f"合成数据，已写入 {out}；答案在各领域的 truth.jsonl / synthetic, truth beside it")
