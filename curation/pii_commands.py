"""`yuliao pii …`: what needs a run or a release: the review of findings, the residual audit, the officer's signature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.errors import UsageError
from corpora.release import Release
from quality.pii_commands import Json, pii

Target = Annotated[
    str, typer.Argument(metavar="RELEASE|RUN", help="名称@版本、发布文件夹或运行目录 / NAME@VERSION, release or run folder")
]


def _release(target: str) -> Release:
    from corpora.commands import find_release
    from corpora.release import load
    from curation.run.work_folder import STATE, State

    if (Path(target) / STATE).is_file():
        return load(State.load(Path(target)).release_folder)
    return find_release(target)


@pii.command()
def audit(
    target: Target,
    sheets: Annotated[
        list[Path] | None, typer.Argument(metavar="[SHEET]", help="--take 之后的另一份表 / the other sheet")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="抽多少行 / rows to draw")] = 400,
    seed: Annotated[int, typer.Option("--seed", min=0, help="抽样种子 / seed of the sample")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="两位审读者的表写到这个目录 / folder of the sheets")] = None,
    take: Annotated[
        list[Path] | None, typer.Option("--take", help="收回两份填好的表 / the two filled sheets: --take A B")
    ] = None,
    as_json: Json = False,
) -> None:
    """残留审计：抽样给两人独立审读，收回后给出残留上界。/ Residual audit: two readers, an upper bound on what remains."""
    taken = [*(take or []), *(sheets or [])]
    if (out is None) == (not take):
        raise UsageError(
            "用 --out 抽样，或用 --take 收回，二者取一 / give --out to draw or --take to take back",
            hint="yuliao pii audit --help",
        )
    release = _release(target)
    said = _take(release, taken) if take else _draw(release, n, seed, out or Path())
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
    else:
        _show_taken(said) if take else _show_drawn(said)


def _draw(release: Release, n: int, seed: int, out: Path) -> dict[str, Any]:
    from corpora.workspace import Workspace
    from curation.audit import sample, sheets

    workspace = Workspace()
    rows = sample.draw(release, workspace.key(release.corpus), n=n, seed=seed)
    paths = sheets.write(rows, out)
    sample.remember(release, workspace, rows, seed=seed)
    return {"release": release.hash, "rows": len(rows), "seed": seed, "sheets": [str(path) for path in paths]}


def _show_drawn(said: dict[str, Any]) -> None:
    tables.say(f"抽出 {said['rows']} 行（种子 {said['seed']}）/ rows drawn")
    for path in said["sheets"]:
        tables.say(f"  {path}")
    tables.say("两人各用一份（JSONL 或 Excel 选一），互不商量；没有残留的行写 [] 或 无 / one sheet each, read independently")


def _take(release: Release, paths: list[Path]) -> dict[str, Any]:
    from corpora.workspace import Workspace
    from curation.audit import verdict

    return verdict.take(release, Workspace(), paths)


def _show_taken(said: dict[str, Any]) -> None:
    finds, marked = said["finds"], said["documents_marked"]
    rows = [
        ("处 finds", finds["first"], finds["second"], finds["both"], finds["any"], f"{finds['missed']:g}"),
        (
            "文档 documents",
            marked["first"],
            marked["second"],
            marked["both"],
            marked["any"],
            marked["estimated"] - marked["any"],
        ),
    ]
    tables.show(["残留", "甲", "乙", "共同", "合计", "估计都漏"], rows)
    kappa = "–" if said["kappa"] is None else f"{said['kappa']:.3f}"
    tables.say(f"一致度 agreement {said['agreement']:.3f}，kappa {kappa}")
    tables.say(f"残留文档份额的 95 % 上界 / upper bound: {said['upper_bound']:.4%}（{said['documents']} 份 / documents）")
    if said["sealed"]:
        tables.say(f"审计已封入草稿，表格未变 / sealed into the draft, its tables are the same: {said['release'][:12]}")
    else:
        tables.say("这不是本机的草稿：审计记在它旁边 / no draft of this machine: the audit is kept beside it")


@pii.command()
def sign(
    target: Target,
    officer: Annotated[str, typer.Option("--officer", help="签字人姓名 / who signs")],
    role: Annotated[
        str, typer.Option("--role", help="以哪个角色签，默认本人能签的那个 / role to sign in; default: one that may")
    ] = "",
    as_json: Json = False,
) -> None:
    """签字：数据安全官确认没有替换的低置信度发现。/ An officer signs for findings that were left as they are."""
    from corpora.gates import LOW
    from corpora.roles import said
    from corpora.workspace import Workspace
    from curation.audit import verdict

    release = _release(target)
    entry = verdict.sign(release, Workspace(), officer=officer, role=role)
    if as_json:
        print(json.dumps({"release": release.hash, **entry}, ensure_ascii=False))
    else:
        tables.say(f"{said(entry['role'])} {officer} 已签 {release.name}：低置信度发现 {entry['counts'][LOW]} 处 / signed")


@pii.command()
def review(
    target: Target,
    n: Annotated[int, typer.Option("--n", min=1, help="最多列多少处 / findings on the sheet at most")] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="抽样种子 / seed of the sample")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="表写到这个目录，默认在运行目录里 / folder, default: the run's own")
    ] = None,
    low: Annotated[
        bool, typer.Option("--low", help="看只计数、没替换的发现，判「替换」的下次运行替换 / those that are only counted")
    ] = False,
    take: Annotated[Path | None, typer.Option("--take", help="收回填好的表 / take a filled sheet back")] = None,
    by: Annotated[str, typer.Option("--by", help="复核人姓名，收回时必填 / who decided")] = "",
    role: Annotated[
        str, typer.Option("--role", help="以哪个角色判，默认本人能还原的那个 / role to decide in; default: one that may")
    ] = "",
    as_json: Json = False,
) -> None:
    """复核：中等置信度的替换交人判断，还原的下次运行起生效。/ Review findings that are not beyond doubt."""
    from corpora.workspace import Workspace
    from curation.look.replay import find_state
    from curation.review.reviewing import Review

    if take and not by.strip():
        raise UsageError("收回要写明谁判的 / say who decided", hint="--by 姓名 --role 角色")
    workspace = Workspace()
    one = Review(find_state(target, workspace), workspace)
    said = one.take(take, by=by, role=role) if take else one.draw(n=n, seed=seed, out=out, unsure=low)
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
    elif take:
        tables.say(f"还原 {said['restore']} 处，替换 {said['redact']} 处 / not personal, personal")
        tables.say(
            "用同一个配方再运行一次就生效 / run the same recipe again: it counts from then on"
            if said["restore"] + said["redact"]
            else "表里没有填任何决定，什么也没有记 / nothing was filled in, nothing was recorded"
        )
    else:
        _show_review(said)


def _show_review(said: dict[str, Any]) -> None:
    from corpora.vocabulary import PII_KINDS

    tables.say(f"待复核 {said['waiting']} 处，列出 {said['findings']} 处 / waiting, listed")
    if said["again"]:
        tables.say(
            f"其中 {said['again']} 处所在的行判过、文本后来变了，排在最前 / judged before, the text has changed since"
        )
    tables.show(["种类", "处数"], [(PII_KINDS[kind].label, count) for kind, count in said["kinds"].items()])
    for path in said["sheets"]:
        tables.say(f"  {path}")
    if said["sheets"]:
        tables.say(
            "表里有原文，只留本机，判完即删；填「决定」：还原 或 替换 / raw text: keep it on this machine, then delete it"
        )
