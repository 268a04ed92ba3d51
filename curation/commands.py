"""curation's part of the command line: init, run, check, peek, quarantine, explain, clean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora.errors import GateFailed
from curation import pii_commands  # noqa: F401  adds `pii audit` and `pii sign`

app = typer.Typer()

RecipeArg = Annotated[str, typer.Argument(metavar="RECIPE", help="配方文件，或自带配方名 / recipe file, or a shipped name")]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input", help="用这些文件或通配符代替配方的来源，可重复 / files or globs instead of the recipe's sources"
    ),
]
Texts = Annotated[list[str] | None, typer.Option("--text", help="文本列，可重复 / text column, may repeat")]
IdColumn = Annotated[str | None, typer.Option("--id", help="主键列 / key column")]
Subject = Annotated[str | None, typer.Option("--subject", help="主体列：患者、设备、工单 / subject column")]
Json = Annotated[bool, typer.Option("--json", help="标准输出只打印一个 JSON 对象 / one JSON object on standard output")]


@app.command()
def run(
    recipe: RecipeArg,
    inputs: Inputs = None,
    text: Texts = None,
    id: IdColumn = None,  # noqa: A002
    subject: Subject = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="发布文件夹放在这里，不登记 / put the sealed release here, detached")
    ] = None,
    version: Annotated[str | None, typer.Option("--version", help="版本号 X.Y.Z / version")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="工作进程数，默认为处理器数 / worker processes")
    ] = None,
    as_json: Json = False,
) -> None:
    """运行配方：原始记录进，封存的发布出。/ Run a recipe: raw records in, a sealed release out."""
    from corpora.lean_arrow import leave_pandas_out

    leave_pandas_out()
    from corpora.workspace import Workspace
    from curation import recipe_file
    from curation.look import display
    from curation.look.personal_columns import about_columns
    from curation.run import pipeline
    from curation.run.runner import default_workers, start

    file = recipe_file.override(recipe_file.load(recipe), inputs=inputs, text=text, id=id, subject=subject, version=version)
    runner = start(workers or default_workers())  # before the progress bars start a thread: workers are forked
    try:
        with display.progress(quiet=as_json or not sys.stderr.isatty()) as shown:
            target = out.absolute() if out else None
            report = pipeline.run(file, workspace=Workspace(), out=target, progress=shown, runner=runner)
    finally:
        runner.close()
    if not file.recipe.of_phase("treat"):  # with treatment such columns are replaced
        report.notes += about_columns(file.recipe, {})
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        display.report(report)
    failed = [one for one in report.release.manifest["gates"] if one["passed"] is False]
    if failed:
        raise GateFailed(
            f"{len(failed)} 个门限未过，发布已封存为草稿 / {len(failed)} gate(s) failed; the release is sealed as a draft",
            hint="查明原因后改配方重新运行，草稿不能发布；手册、法规一类已公开的文本在来源里写 public: true，不是个人记录"
            " / find the cause and run again; for published text, which holds no personal records, set `public: true`",
        )


@app.command()
def init(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="文件、目录或压缩包 / files, folders, archives")],
    out: Annotated[Path | None, typer.Option("--out", help="配方写到这里，默认写在数据旁边 / write the recipe here")] = None,
    force: Annotated[bool, typer.Option("--force", help="已有就覆盖 / overwrite")] = False,
    as_json: Json = False,
) -> None:
    """看一遍文件，起草能直接运行的配方：格式、正文、主键、要公开的列，身份列另放。/ Look at files and draft a recipe that runs."""
    from curation.look import display, starting

    target = out or starting.beside(paths)
    starting.check_free(target, force=force)
    start = starting.look(paths, target.parent)
    starting.write(start, target)
    if as_json:
        print(json.dumps({**start.to_dict(), "path": str(target)}, ensure_ascii=False))
    else:
        display.started(start, target)


@app.command()
def demo(
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="工作进程数 / worker processes")] = None,
) -> None:
    """演示：跑两个自带配方，发布，再用 load_dataset 读回。/ Run both shipped recipes, publish, load back."""
    from contextlib import closing

    from corpora.workspace import Workspace
    from curation.look import demo as tour
    from curation.look import display
    from curation.run.runner import default_workers, start

    workspace = Workspace()
    with (
        closing(start(workers or default_workers())) as runner,
        display.progress(quiet=not sys.stderr.isatty()) as shown,
    ):
        reports = tour.run(workspace, runner=runner, progress=shown)
    for report in reports:
        display.ledger(report)
    display.demo(reports, tour.load_back(reports[0], workspace), workspace)


@app.command()
def check(
    recipe: RecipeArg,
    inputs: Inputs = None,
    text: Texts = None,
    id: IdColumn = None,  # noqa: A002
    subject: Subject = None,
    as_json: Json = False,
) -> None:
    """预检：查配方，试跑 1 %，预测每条规则的保留率。/ Preflight: validate, dry-run a sample, predict keep rates."""
    from curation import recipe_file
    from curation.look import display, preflight

    file = recipe_file.override(recipe_file.load(recipe), inputs=inputs, text=text, id=id, subject=subject)
    found = preflight.check(file)
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        display.preflight(found)
    if found.sampled and found.quarantined == found.sampled:
        raise typer.Exit(1)


@app.command()
def peek(
    target: Annotated[
        str,
        typer.Argument(metavar="RELEASE|RUN", help="名称@版本、发布文件夹或运行目录 / NAME@VERSION, release or run folder"),
    ],
    step: Annotated[
        str | None, typer.Option("--step", help="只看这一步改动或剔除的行 / rows this step changed or dropped")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="只看因此剔除的行 / rows dropped for this reason")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="行数 / rows")] = 50,
    seed: Annotated[int, typer.Option("--seed", help="抽样种子 / seed of the sample")] = 0,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写成 Excel 表 / write a workbook")] = None,
    as_json: Json = False,
) -> None:
    """抽样看前后对照。「处理前」只留在本机。/ A seeded before/after sample; "before" stays on this machine."""
    from curation.look import peeking, row_display

    rows = peeking.peek(target, step=step, reason=reason, n=n, seed=seed)
    if xlsx:
        peeking.write_xlsx(rows, xlsx)
        typer.echo(f"已写 {len(rows)} 行 / wrote {len(rows)} rows: {xlsx}")
    elif as_json:
        print(json.dumps({"rows": [row.to_dict() for row in rows]}, ensure_ascii=False))
    else:
        row_display.peeked(rows)


@app.command()
def quarantine(
    target: Annotated[
        str,
        typer.Argument(
            metavar="RUN|RECIPE|NAME@VERSION", help="运行目录、配方、名称@版本 / run folder, recipe, NAME@VERSION"
        ),
    ],
    cause: Annotated[str | None, typer.Option("--cause", help="只看因此隔离的 / only this cause")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="条数 / records")] = 50,
    csv: Annotated[Path | None, typer.Option("--csv", help="全部写成 CSV 表 / write all of them as a CSV")] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="连同原文（敏感，只留本机）/ with the raw text (sensitive)")
    ] = False,
    as_json: Json = False,
) -> None:
    """列出读不进来的记录：在哪个文件哪一行，为什么，怎么办。/ What could not be read: where it lies, why, what to do."""
    from curation.look import quarantined, row_display

    found = quarantined.look(target, cause=cause, n=None if csv else n, with_text=with_text)
    if csv:
        quarantined.write_csv(found.rows, csv)
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False))
    elif csv:
        typer.echo(f"已写 {len(found.rows)} 条 / wrote {len(found.rows)} records: {csv}")
    else:
        row_display.quarantined(found)


@app.command()
def explain(
    name: Annotated[
        str, typer.Argument(metavar="NAME@VERSION", help="名称@版本、发布文件夹或运行目录 / or a release or run folder")
    ],
    id: Annotated[str, typer.Argument(metavar="ID", help="行的编号 / id of the row")],  # noqa: A002
    with_text: Annotated[
        bool, typer.Option("--with-text", help="连同原文与列的原值（敏感，只留本机）/ with text and raw values (sensitive)")
    ] = False,
    as_json: Json = False,
) -> None:
    """一行的护照：从哪来，每步改了什么，信号，替谁留下。/ A row's passport: origin, edits per step, signals, duplicates."""
    from curation.look import peeking, row_display

    passport: dict[str, Any] = peeking.explain(name, id, with_text=with_text)
    if as_json:
        print(json.dumps(passport, ensure_ascii=False, default=str))
    else:
        row_display.passport(passport, with_text=with_text)


@app.command()
def clean(
    older_than: Annotated[
        str, typer.Option("--older-than", help="多久没用过才删：30m 12h 7d 2w / not used for so long")
    ] = "7d",
    everything: Annotated[
        bool, typer.Option("--all", help="不论多新，审计没收回的也删 / whatever their age, and with an open audit")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出，不删 / list only")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")] = False,
    as_json: Json = False,
) -> None:
    """清理工作目录（含原文，只在本机），腾出空间；发布不动。/ Remove old work folders; releases stay."""
    from corpora.durations import seconds
    from corpora.workspace import Workspace
    from curation.look import cleaning
    from curation.run import fetched_leftovers, leftovers

    found = leftovers.find(Workspace())
    going = leftovers.chosen(found, older_than=seconds(older_than), everything=everything)
    if not as_json:
        cleaning.listed(found, going)
    if going and not dry_run and not yes:
        cleaning.ask(going, quiet=as_json)
    removed = [] if dry_run else [one for one in going if leftovers.remove(one)]
    fetched = fetched_leftovers.find(Workspace(), older_than=seconds(older_than), everything=everything)
    fetched_bytes = fetched_leftovers.size(fetched)
    if as_json:
        told = cleaning.to_dict(found, going if dry_run else removed, dry_run=dry_run)
        print(json.dumps({**told, "fetched": len(fetched), "fetched_bytes": fetched_bytes}, ensure_ascii=False))
    elif removed:
        cleaning.freed(removed)
    if fetched and not as_json:
        cleaning.fetched(len(fetched), fetched_bytes, dry_run=dry_run)
    if not dry_run:
        fetched_leftovers.remove(fetched)
