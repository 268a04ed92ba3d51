"""annotation's part of the command line: `yuliao annotate serve|push|pull|status|agreement|adjudicate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotation.reaching import TOKEN_VARIABLE, connect, home, people, where
from corpora import tables
from corpora.commands import AsJson, Reference, open_release, print_json
from corpora.workspace import Workspace

if TYPE_CHECKING:
    from annotation.batch import Batch

app = typer.Typer(no_args_is_help=True, add_completion=False)

Named = Annotated[
    str, typer.Argument(metavar="BATCH", help="批次名或其开头；yuliao annotate status 列出 / a batch, or its beginning")
]
Url = Annotated[
    str,
    typer.Option("--url", help=f"团队的 Label Studio，令牌放在 {TOKEN_VARIABLE} / a server of your team; default: our own"),
]
Role = Annotated[
    str,
    typer.Option(
        "--role",
        help="决定以目录的这个角色署名，标注人都须有它 / role of the catalog that decisions are signed with; all must hold it",
    ),
]


@app.callback()
def _annotate() -> None:
    """标注：抽样送 Label Studio，取回答案，算一致性，复核分歧 / people judge in Label Studio."""


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口，0 自动选 / port; 0 takes a free one")] = 8091,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录，默认在工作区 / default: in the workspace")] = None,
    stop: Annotated[bool, typer.Option("--stop", help="停止正在运行的 / stop the one that runs")] = False,
    install: Annotated[bool, typer.Option("--install", help="只安装，不启动 / install only")] = False,
) -> None:
    """在本机启动 Label Studio（首次先安装），只有本机能连 / start a Label Studio on this machine."""
    from annotation import server

    place = home(Workspace())
    if stop:
        return tables.say("已停止 / stopped" if server.stop(place) else "没有在运行 / none is running")
    python = server.install(place, say=tables.say)
    if install:
        return tables.say(f"已安装 / installed: {python}")
    tables.say("正在启动，首次建库约一分钟 / starting; the first time takes about a minute")
    found = server.start(place, port=port, data=data, python=python)
    tables.say(f"Label Studio 在 / is at {found.url}")
    tables.say(f"用户 / user {server.USER}，密码在 / password in {place / server.PASSWORD}")
    tables.say("停止 / stop: yuliao annotate serve --stop")


@app.command("push")
def push(
    reference: Reference,
    project: Annotated[
        str, typer.Option("--project", help="keep_drop、document_quality、pii_spans，或自己的 .yaml / which project")
    ],
    who: Annotated[list[str], typer.Option("--who", help="标注人，可写 姓名=邮箱；可多次 / annotator, or name=e-mail")],
    n: Annotated[int, typer.Option("--n", min=1, help="抽多少行 / rows to sample")] = 300,
    seed: Annotated[int, typer.Option("--seed", min=0, help="种子；同种子同样本 / same seed, same sample")] = 0,
    overlap: Annotated[
        float | None, typer.Option("--overlap", min=0, max=1, help="两人都看的份额 / share that two people see")
    ] = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """从发布或草稿抽样，预标后送到 Label Studio；再跑一次接着送 / sample and send; the same command goes on."""
    from annotation import apart
    from annotation import project as projects
    from annotation import push as pushing

    workspace = Workspace()
    asked, release = projects.load(project), open_release(reference)
    batch = pushing.prepare(workspace, release, asked, people(who), n=n, seed=seed, url=where(url), overlap=overlap)
    place = connect(workspace, url, batch)
    done = pushing.push(batch, place)
    done["tasks"] = len(batch.tasks)
    if as_json:
        return print_json(done)
    tables.say(f"批次 / batch {batch.name}：{done['tasks']} 行，{done['desks']} 人，新送 {done['sent']} 个任务 / tasks sent")
    for line in apart.told(batch, place):
        tables.say(line)
    tables.say(f"标完后 / then: yuliao annotate pull {batch.name}")


@app.command("pull")
def pull(name: Named, url: Url = "", role: Role = "", as_json: AsJson = False) -> None:
    """取回新的答案，定下来的写入决定日志 / fetch answers; settled ones become decisions."""
    from annotation import batch as batches
    from annotation import decided, outcome
    from annotation import pull as pulling
    from corpora.roles import known

    workspace = Workspace()
    batch = batches.find(workspace, name)
    role = known(role)
    _hold(workspace, batch, role)
    done = pulling.pull(batch, connect(workspace, url, batch)) | decided.write(batch, workspace, role=role)
    done |= outcome.states(batch)
    if as_json:
        return print_json({"batch": batch.name, **done})
    tables.show(["项", "数"], [(LABELS.get(key, key), count) for key, count in done.items()], title=batch.name)


LABELS = {
    "answers": "新答案", "skipped": "跳过", "faulty": "不合项目", "taken_back": "撤回", "strange": "不是我们的任务",
    "decisions": "应有决定", "added": "新写决定", "withdrawn": "撤回决定", "unplaced": "对不回原文", "open": "待标", "disputed": "有分歧", "settled": "已定",
}  # fmt: skip


def _hold(workspace: Workspace, batch: Batch, role: str) -> None:
    """Raises UsageError unless everybody whose word counts holds the role."""
    from corpora import roles

    for desk in batch.desks() if role else ():
        roles.check(workspace, desk.name, role, batch.facts["corpus"])


@app.command("status")
def status(
    name: Annotated[str, typer.Argument(metavar="BATCH", help="批次，默认全部 / a batch, by default all")] = "",
    as_json: AsJson = False,
) -> None:
    """批次与进度 / batches and how far they are."""
    from annotation import batch as batches
    from annotation import outcome

    workspace = Workspace()
    found = [batches.find(workspace, name)] if name else batches.every(workspace)
    said = [outcome.progress(batch) for batch in found]
    if as_json:
        return print_json({"batches": said})
    lines = [
        [one["batch"], f"{one['corpus']}@{one['version']}", f"{desk['name']}（{ROLES[desk['role']]}）", desk["tasks"], desk["sent"],
         desk["answered"], one["open"], one["disputed"], one["settled"]]
        for one in said for desk in one["desks"]
    ]  # fmt: skip
    tables.show(["批次", "发布", "人", "任务", "已送", "已答", "待标", "有分歧", "已定"], lines)
    if not lines:
        tables.say("还没有批次 / no batch yet: yuliao annotate push NAME@VERSION --project keep_drop --who 姓名")


ROLES = {"annotator": "标注", "reviewer": "复核"}


@app.command("agreement")
def agreement(
    name: Named,
    seed: Annotated[int, typer.Option("--seed", min=0, help="自助法的种子 / seed of the bootstrap")] = 0,
    as_json: AsJson = False,
) -> None:
    """一致性：κ、α、片段 F1 与自助法区间 / agreement with bootstrap intervals."""
    from annotation import batch as batches
    from annotation import measures

    found = measures.of(batches.find(Workspace(), name), seed=seed)
    if as_json:
        return print_json(
            {group: {key: _plain(one._asdict()) for key, one in some.items()} for group, some in found.items()}
        )
    groups = {"all": "全部", "random": "随机对照", "shown": "有预标"}
    lines = [
        [groups[group], key, _number(one.value), f"{_number(one.low)} – {_number(one.high)}", one.units]
        for group, some in found.items()
        for key, one in some.items()
    ]
    tables.show(["任务", "指标", "值", "95 % 区间", "数"], lines)
    if not lines:
        tables.say("还没有两人都答了的任务 / no task that two people have answered")


def _number(value: float) -> str:
    return "—" if value != value else f"{value:.3f}"


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    """NaN is no JSON."""
    return {key: None if value != value else value for key, value in figure.items()}


@app.command("adjudicate")
def adjudicate(
    name: Named,
    by: Annotated[
        str, typer.Option("--by", help="复核人，可写 姓名=邮箱；不能是标注人 / reviewer, none of the annotators")
    ] = "",
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """列出分歧；写了 --by 就送给复核人，答完再 pull / list disputes; with --by sends them to a reviewer."""
    from annotation import adjudication
    from annotation import batch as batches
    from annotation import push as pushing

    workspace = Workspace()
    batch = batches.find(workspace, name)
    listed = list(adjudication.listed(batch))
    sent = 0
    if by:
        (reviewer, account) = people([by])[0]
        server = connect(workspace, url, batch)
        adjudication.ask(batch, reviewer, account=account)
        sent = int(pushing.push(batch, server)["sent"])
    if as_json:
        return print_json({"batch": batch.name, "disputes": listed, "sent": sent})
    tables.show(
        ["任务", "编号", "各人的答案"],
        [[one["task"], one["id"], "；".join(f"{k}：{v}" for k, v in one["said"].items())] for one in listed],
    )
    tables.say(f"{len(listed)} 处分歧，送出 {sent} 个任务 / disputes, tasks sent")
