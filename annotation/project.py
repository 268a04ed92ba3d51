"""An annotation project: what people are asked, in which words, on what sample. YAML in `configs/annotation/`, refused unless understood."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import yaml
from pydantic import Field, ValidationError, model_validator

from corpora.errors import FormatUnknown, RecipeError, UsageError
from corpora.forms import FORMAT
from corpora.names import suggest
from corpora.strict import Strict
from corpora.vocabulary import PII_KINDS


class Choice(Strict):
    """One answer. Its anchor says when it is the right one."""

    key: str = Field(pattern=r"^[A-Za-z0-9_]{1,40}$", description="存下来的值 / stored value")
    label: str = Field(min_length=1, max_length=20, description="按钮上的字 / on the button")
    anchor: str = Field(min_length=4, description="什么情形选它 / when it is right")


class Shares(Strict):
    """Which part of the sample comes from where; they add up to 1. What one cannot fill is drawn by chance."""

    random: float = Field(gt=0, le=1, description="随机对照，不预标 / random control, never pre-annotated")
    stratified: float = Field(0.0, ge=0, le=1, description="各来源均分 / the same from every source")
    near: float = Field(0.0, ge=0, le=1, description="离规则界限最近的 / nearest to a rule's bound")
    uncertain: float = Field(0.0, ge=0, le=1, description="程序最没把握的 / where the engine is least sure")
    rejected: float = Field(0.0, ge=0, le=1, description="被剔除的行 / rejected rows")

    @model_validator(mode="after")
    def _whole(self) -> Shares:
        total = sum(self.model_dump().values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"各份额之和是 {total:g}，应为 1 / the shares add up to {total:g}, not 1")
        return self


class Near(Strict):
    """The column and the bound that `sample.near` looks at."""

    column: str = Field(description="信号列 / column of the signals")
    bound: float = Field(description="界限 / bound", allow_inf_nan=False)


class Project(Strict):
    """What people are asked. `decides`: what their word is about: whole rows, findings, or nothing that the engine obeys."""

    format: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    version: int = Field(ge=1)
    kind: Literal["choice", "spans"]
    decides: Literal["row", "spans", "nothing"]
    title: str = Field(min_length=1, max_length=24)
    question: str = Field(min_length=1)
    measure: Literal["nominal", "ordinal", "interval"]
    field: str = Field(pattern=r"^[a-z][a-z0-9_]{0,20}$")
    choices: tuple[Choice, ...] = Field((), strict=False)
    kinds: tuple[str, ...] = Field((), strict=False)
    guidelines: str = Field(min_length=20)
    label_config: str
    sample: Shares
    near: Near | None = None
    overlap: float = Field(ge=0, le=1, description="两人都看的份额 / share that two people see")

    @model_validator(mode="after")
    def _fits(self) -> Project:
        if found := list(self._mistakes()):
            raise ValueError("；".join(found))
        return self

    def _mistakes(self) -> Any:
        keys = [one.key for one in self.choices]
        if self.kind == "choice" and (len(keys) < 2 or len(set(keys)) < len(keys) or self.kinds):
            yield "choice 要有至少两个不同的 choices，不要 kinds / choice needs two different choices and no kinds"
        if self.kind == "spans" and (not self.kinds or self.choices):
            yield "spans 要有 kinds，不要 choices / spans needs kinds and no choices"
        for kind in self.kinds:
            if kind not in PII_KINDS:
                yield f"没有种类 {kind} / no such kind: {suggest(kind, PII_KINDS)}"
        if self.decides == "row" and set(keys) != {"keep", "drop", "unsure"}:
            yield "decides: row 的选项是 keep、drop、unsure / its choices are keep, drop and unsure"
        if self.decides == "spans" and self.kind != "spans":
            yield "decides: spans 要 kind: spans / needs kind: spans"
        if self.measure != "nominal" and not all(key.lstrip("-").isdigit() for key in keys):
            yield "有次序的选项，键要是整数 / the keys of ordered choices are whole numbers"
        if (self.sample.near > 0) != (self.near is not None):
            yield "sample.near 与 near 要一起写 / sample.near and near go together"
        for part in ("{labels}", "$text", f'name="{self.field}"', 'toName="text"'):
            if part not in self.label_config:
                yield f"label_config 里缺 {part} / is missing"

    @property
    def label(self) -> str:
        """What decisions name as their origin."""
        return f"{self.name}/{self.version}"

    @property
    def keys(self) -> tuple[str, ...]:
        """All answers that exist: choices, or kinds of spans."""
        return tuple(one.key for one in self.choices) or self.kinds

    def config(self) -> str:
        """The labelling interface: people see the label, what is stored and sent is the alias."""
        lines = [
            f'    <Choice value={quoteattr(f"{one.label}：{one.anchor}")} alias={quoteattr(one.key)} hotkey="{number}"/>'
            for number, one in enumerate(self.choices, 1)
        ] + [f"    <Label value={quoteattr(PII_KINDS[kind].label)} alias={quoteattr(kind)}/>" for kind in self.kinds]
        filled = self.label_config.replace("{labels}", "\n".join(lines))
        return filled.replace("{question}", escape(self.question, {'"': "&quot;"}))

    def instruction(self) -> str:
        """The guidelines and the rubric as the page that Label Studio shows before the first task."""
        rubric = "".join(f"<li><b>{escape(one.label)}</b>：{escape(one.anchor)}</li>" for one in self.choices)
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.guidelines.splitlines() if line.strip())
        return f"<h3>{escape(self.title)}</h3><p><b>{escape(self.question)}</b></p>" + (
            f"<ul>{rubric}</ul>{lines}" if rubric else lines
        )


def shipped() -> list[str]:
    """Names of the projects in `configs/annotation`."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def load(reference: str) -> Project:
    """A shipped project by name, or one's own by the path of its file.

    Raises UsageError for a name that is none, RecipeError with every mistake of a file, FormatUnknown for a later format.
    """
    path = Path(reference) if reference.endswith((".yaml", ".yml")) else _folder() / f"{reference}.yaml"
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except OSError:
        raise UsageError(
            f"没有标注项目 {reference} / no such annotation project", hint=suggest(reference, shipped())
        ) from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise UsageError(f"{path.name} 不是 YAML / is no YAML", hint="用 UTF-8 存，缩进对齐 / UTF-8, aligned") from None
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise FormatUnknown(f"{path.name} 的 format 不认识 / has an unknown format", hint="写 format: 1 / write format: 1")
    return parse(data)


def parse(data: Any) -> Project:
    """Raises RecipeError with the address of every mistake."""
    try:
        return Project.model_validate(data)
    except ValidationError as error:
        mistakes = [(".".join(map(str, one["loc"])) or "project", one["msg"]) for one in error.errors(include_input=False)]
        raise RecipeError(mistakes, hint="字段见 configs/annotation 里的例子 / see the examples there") from None


def _folder() -> Path:
    return Path(str(resources.files("configs"))) / "annotation"
