"""The only file that talks to Label Studio (community edition, API as of 1.23, SDK 2.1).

Lists go over the SDK's own HTTP client: its pager takes 6 ms a task, the bare answer 0.5 ms. Of answers only the fields that we
read are asked for, with the annotations "expanded": as of 1.23 the server then makes them for a page at once (0.35 ms a task;
its export asks its database twice a task, 1.3 ms), and the texts stay where they are. What a server says of a failed
request may hold a task's text, so no answer ever becomes part of an error.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from corpora.errors import IntegrityError, UsageError, YuliaoError

PAGE = 1000
TASK_KEY = "task"
"""The field of a task's data that carries our own id."""


class Said(NamedTuple):
    """One annotation as it stands on the server. at: time of the last change; account: e-mail; result: its regions."""

    task: str
    annotation: int
    at: str
    account: str
    skipped: bool
    seconds: float
    result: list[dict[str, Any]]


class Answers(NamedTuple):
    """All annotations of the tasks that were asked about, and the server's time before it was asked."""

    said: list[Said]
    clock: dt.datetime | None


class LabelStudio:
    """A server and a token: a legacy token, or a personal access token."""

    def __init__(self, url: str, token: str) -> None:
        from label_studio_sdk import LabelStudio as Client

        self.url = url.rstrip("/")
        self._clock: dt.datetime | None = None
        self._client: Any = Client(base_url=self.url, api_key=token, timeout=300)  # type: ignore[no-untyped-call]

    def for_account(self, account: str) -> LabelStudio:
        """The server as it is to be reached for the tasks of this account: here it makes no difference."""
        return self

    def who(self) -> str:
        """The account of the token. Raises UsageError for a server that is not there or does not take the token."""
        return str(self._ask("GET", "api/current-user/whoami").get("email", ""))

    def find(self, title: str) -> int | None:
        """The project of exactly this title."""
        page = self._ask("GET", "api/projects", params={"title": title, "include": "id,title", "page_size": 100})
        return next((int(one["id"]) for one in page["results"] if one["title"] == title), None)

    def create(self, *, title: str, description: str, config: str, guidelines: str) -> int:
        """Makes a project, the labelling interface checked first. Not idempotent: look for it before."""
        check_config(config)
        made = self._ask("POST", "api/projects", json={
            "title": title, "description": description, "label_config": config, "expert_instruction": guidelines,
            "show_instruction": True, "show_skip_button": True, "enable_empty_annotation": True,
            "show_collab_predictions": True, "sampling": "Sequential sampling", "maximum_annotations": 1,
        })  # fmt: skip
        return int(made["id"])

    def import_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> list[int]:
        """Their ids on the server, in order. Nothing is checked there and nothing is recognised: check and look before."""
        said = self._ask("POST", f"api/projects/{project}/import", params={"return_task_ids": "true"}, json=list(tasks))
        ids = [int(one) for one in said.get("task_ids", [])]
        if len(ids) != len(tasks):
            raise IntegrityError(
                f"送出 {len(tasks)} 个任务，服务器收下 {len(ids)} 个 / {len(tasks)} tasks sent, {len(ids)} taken",
                hint="再推一次会对账补齐 / push again: it compares and completes",
            )
        return ids

    def size(self, project: int) -> int:
        """Number of tasks of a project. Raises UsageError where there is no such project."""
        return int(self._ask("GET", f"api/projects/{project}", params={"include": "task_number"})["task_number"])

    def task_ids(self, project: int) -> list[tuple[str, int, int]]:
        """(own id, id on the server, annotations) of every task."""
        return [
            (str(one["data"].get(TASK_KEY, "")), int(one["id"]), int(one.get("total_annotations") or 0))
            for page in self._pages({"project": project, "include": "id,data,total_annotations"})
            for one in page["tasks"]
        ]

    def delete_task(self, task: int) -> None:
        self._ask("DELETE", f"api/tasks/{task}/")

    def accounts(self) -> dict[int, str]:
        """Id → e-mail of every user of the server."""
        return {int(one["id"]): str(one["email"]) for one in self._ask("GET", "api/users/")}

    def count(self, project: int) -> int:
        """Annotations that stand in a project, skipped ones among them."""
        names = ("total_annotations_number", "skipped_annotations_number")
        found = self._ask("GET", f"api/projects/{project}", params={"include": ",".join(names)})
        return sum(int(found[name] or 0) for name in names)

    def answers(self, project: int, known: Mapping[int, str], since: str = "") -> Answers:
        """What was said in a project, of tasks changed at or after `since` (ISO 8601, UTC), by default of all. known: id on the
        server → own id; others are looked up there. A task that has lost all of its annotations is not among them: `count` tells.
        """
        accounts = self.accounts()
        clock, tasks = self._clock, list(self._answered(project, since))
        if any(int(task["id"]) not in known for task in tasks):
            known = {number: own for own, number, _ in self.task_ids(project)} | dict(known)
        said = {
            int(one["id"]): _said(known.get(int(task["id"]), ""), one, accounts)
            for task in tasks for one in task["annotations"]
        }  # fmt: skip
        return Answers(list(said.values()), clock)

    def _answered(self, project: int, since: str) -> Iterator[dict[str, Any]]:
        """Tasks with an answer or a skip: id and annotations."""
        wanted = {"fields": "all", "expand": "annotations", "include": _READ, "resolve_uri": "false"}
        for query in _answered(since):
            for page in self._pages({"project": project, **wanted, "query": json.dumps(query)}):
                yield from page["tasks"]

    def _pages(self, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        number, seen = 1, 0
        while True:
            page = self._ask("GET", "api/tasks/", params={**parameters, "page": number, "page_size": PAGE})
            yield page
            seen, number = seen + len(page["tasks"]), number + 1
            if not page["tasks"] or seen >= page["total"]:
                return

    def _ask(self, method: str, path: str, **parameters: Any) -> Any:
        import httpx

        try:
            answer = self._client._client_wrapper.httpx_client.request(path, method=method, **parameters)
        except httpx.HTTPError as error:
            raise UsageError(
                f"连不上 Label Studio（{type(error).__name__}） / cannot reach Label Studio",
                hint="先运行 yuliao annotate serve，或检查 --url / start it with yuliao annotate serve, or check --url",
            ) from None
        if answer.status_code >= 400:
            raise _refused(answer.status_code, method, path)
        self._clock = parsedate_to_datetime(answer.headers["date"]) if "date" in answer.headers else None
        return answer.json() if answer.content else {}


def _refused(status: int, method: str, path: str) -> YuliaoError:
    said = f"Label Studio 拒绝了请求 / Label Studio refused: {method} {path} → {status}"
    if status in (401, 403):
        return UsageError(said, hint="令牌不对或没有权限：LABEL_STUDIO_TOKEN / the token is wrong or may not do that")
    if status == 404:
        return UsageError(
            said, hint="项目在服务器上已被删除，或网址不对 / the project was deleted there, or the URL is wrong"
        )
    return YuliaoError(said, hint="看服务器的日志 / look at the server's log")


def _answered(since: str) -> list[dict[str, Any]]:
    """The data manager's filters for changed tasks with an answer or a skip. One conjunction is all it knows, so two filters; the
    time must be in UTC with six digits and a Z."""
    late = {"filter": "filter:tasks:updated_at", "operator": "greater_or_equal", "type": "Datetime", "value": since}
    return [
        {"filters": {"conjunction": "and", "items": [late] * bool(since) + [{**_SOME, "filter": f"filter:tasks:{name}"}]}}
        for name in ("total_annotations", "cancelled_annotations")
    ]


_READ = ",".join(["id", *(f"annotations.{name}" for name in ("id", "updated_at", "completed_by", "was_cancelled", "lead_time", "result"))])  # fmt: skip
_SOME = {"operator": "greater", "type": "Number", "value": 0}


def _said(own: str, one: dict[str, Any], accounts: dict[int, str]) -> Said:
    by = one["completed_by"]
    number = int(by["id"]) if isinstance(by, dict) else int(by or 0)
    return Said(
        own, int(one["id"]), str(one["updated_at"]), accounts.get(number, ""), bool(one["was_cancelled"]),
        float(one["lead_time"] or 0.0), list(one["result"] or []),
    )  # fmt: skip


def check_config(config: str) -> None:
    """Raises UsageError for a labelling interface that Label Studio's own checker refuses."""
    from label_studio_sdk.label_interface import interface

    try:
        interface.LabelInterface(config).validate()  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001  the checker raises whatever it meets
        raise UsageError(
            f"标注界面的模板不对（{type(error).__name__}） / the labelling interface is not valid",
            hint="检查 label_config：标签要配对，name、toName、value 要齐 / check its tags and their name, toName and value",
        ) from None
