"""The recipe: everything that is done to the data, in one strict file. This is the one list of steps.

The union `AnyStep` is the registry, the YAML schema and the form of the browser at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from corpora.shapes import SHAPES
from corpora.sources import ENCODINGS, FORMATS, Layout
from corpora.strict import Strict
from corpora.text_buffers import Leaf
from curation.apply_decisions import ApplyDecisions
from curation.clean.convert_script import ConvertScript
from curation.clean.normalise import Normalise
from curation.clean.rejoin_lines import RejoinLines
from curation.clean.repair import Repair
from curation.clean.strip_boilerplate import StripBoilerplate
from curation.clean.strip_markup import StripMarkup
from curation.dedup.steps import DedupExact, DedupNear
from curation.filter import Filter
from curation.find_pii import FindPII
from curation.identities import Identities
from curation.measure_signals import Signals
from curation.proof import Canaries, Risk
from curation.reshape.assemble import Assemble
from curation.reshape.compose import Compose
from curation.reshape.split import Split
from curation.score import Score
from curation.step import Step
from curation.treat.redact import RedactPII
from quality.gates import Bound
from quality.pii import column_kinds

AnyStep = Annotated[
    Assemble | Compose | Split
    | Repair | Normalise | StripMarkup | RejoinLines | StripBoilerplate | ConvertScript
    | Signals | FindPII | Score
    | Filter | DedupExact | DedupNear | ApplyDecisions
    | RedactPII,
    Field(discriminator="step"),
]  # fmt: skip

VERSION = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$"
NAME = r"^[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*$"


class Rights(Strict):
    """On what ground the source may be used (三权分置: 持有权, 使用权, 经营权)."""

    basis: str = Field("", description="权利依据：合同、授权书、许可证 / contract, authorisation or licence")
    holder: str = Field("", description="持有方 / who holds the data")
    granted: list[Literal["持有权", "使用权", "经营权"]] = Field(
        default_factory=list, description="已取得的权利 / rights obtained"
    )


class Source(Strict):
    """One source under one label: files of one kind, a database query, or a dataset of a Hub.

    The label is published; file names, queries and addresses are not.
    """

    label: str = Field(min_length=1, description="来源标签，会公开 / public label")
    files: list[str] = Field(
        default_factory=list, description="文件或通配符，相对配方所在目录 / files or globs, relative to the recipe"
    )
    query: str | None = Field(
        None,
        min_length=1,
        description="代替 files：一条 SELECT 查询，不公开 / instead of files: one SELECT query, never published",
    )
    database: str | None = Field(
        None, description="查询的数据库（SQLite、PostgreSQL），口令写成 ${变量名} / its database, secrets as ${NAME}"
    )
    key: list[str] = Field(
        default_factory=list,
        description="认定并排定查询各行的列，默认主键列 / columns that tell a query's rows apart, default: id",
    )
    hub: str | None = Field(
        None, description="代替 files：数据集 名称@版本 / instead of files: a dataset of a Hub, NAME@REVISION"
    )
    endpoint: str | None = Field(
        None, description="数据集在哪：网址，或目录的路径 / where it is: an address, or the folder of a catalog"
    )
    config: str | None = Field(None, description="数据集的配置 / config of the dataset")
    split: str | None = Field(None, description="数据集的划分，默认全部 / split of the dataset, default: all")
    format: str = Field("auto", description=f"格式 / one of {', '.join(FORMATS)}")
    encoding: str = Field("auto", description=f"编码 / one of {', '.join(ENCODINGS)}")
    unit: Literal["file", "line", "blank_line", "page"] = Field(
        "file", description="一篇文档的单位：纯文本用 file、line、blank_line，PDF 用 file、page / unit of a text or PDF file"
    )
    separator: str | None = Field(None, min_length=1, max_length=1, description="CSV 分隔符，默认自动 / separator of a CSV")
    element: str | None = Field(
        None, min_length=1, description="XML 里一条记录的元素名或路径，默认根元素的子元素 / XML element of one record"
    )
    ocr: Literal["auto", "off"] = Field(
        "auto", description="扫描页：装有 OCR 扩展就识别，off 为不识别 / scans are read where the extra `ocr` is installed"
    )
    sheet: str | None = Field(None, min_length=1, description="只读这张工作表，默认全部 / the one sheet to read")
    header_row: int | None = Field(
        None, ge=1, le=1_048_576, description="表头所在行，从 1 数起，默认自动 / row of the header, counted from 1"
    )
    header: Literal["auto", "none"] = Field(
        "auto", description="表格没有表头写 none：第一行就是记录，列叫 第1列、第2列…… / none: the first row is a record"
    )
    text: dict[str, str] = Field(
        default_factory=dict, description="文本列改名：配方里的列名 → 来源里的列名 / leaf column → column of the source"
    )
    id: str | None = Field(None, description="来源自己的主键列 / the source's own key column")
    subject: str | None = Field(None, description="主体列（患者、设备、工单）/ subject column")
    licence: str = Field("未声明", description="许可（SPDX 名或说明）/ licence, SPDX id where there is one")
    rights: Rights = Field(Rights(), description="权利依据 / rights")
    obtained: dt.date | None = Field(None, description="取得日期 / date obtained")
    generated: bool = Field(False, description="是否合成数据 / synthetic")
    public: bool = Field(
        False, description="已公开发表的文本（法规、教材），不是个人记录 / published text, no personal records"
    )

    @field_validator("header", mode="before")
    @classmethod
    def _header_or_not(cls, said: object) -> object:
        """`header: false` says the same as `none`."""
        return {True: "auto", False: "none"}[said] if isinstance(said, bool) else said

    @field_validator("ocr", mode="before")
    @classmethod
    def _ocr_or_not(cls, said: object) -> object:
        """YAML reads `ocr: off` as a boolean."""
        return {True: "auto", False: "off"}[said] if isinstance(said, bool) else said

    @property
    def layout(self) -> Layout:
        """What readers are told beyond format and encoding."""
        return Layout(
            unit=self.unit, separator=self.separator, element=self.element, ocr="" if self.ocr == "off" else "auto",
            sheet=self.sheet, header_row=self.header_row, header=self.header != "none",
        )  # fmt: skip

    @property
    def watched(self) -> bool:
        """Whether its rows are records of real people: neither made up nor published by others before."""
        return not self.generated and not self.public


class Column(Strict):
    """A published column beside the text leaves."""

    type: Literal["string", "int64", "float64", "date"] = Field("string", description="类型，不写则逐字保留 / type")
    source: str | None = Field(None, alias="from", description="来源里的列名，默认同名 / column of the source")
    label: str = Field("", description="中文说明 / what it is")
    pii: str | None = Field(
        None,
        description="整列是哪种个人信息（如 person_name/patient），none 为不是；不写则由列名判断"
        " / kind of personal information that every value is, or none; by the column's name if left out",
    )

    @field_validator("pii")
    @classmethod
    def _known_kind(cls, name: str | None) -> str | None:
        if name not in (None, "none"):
            column_kinds.parse(str(name))
        return name


class Holdout(Strict):
    """Rows from a date on become the test split, whole components at a time."""

    column: str = Field(description="日期列，须在 columns 里 / date column among `columns`")
    since: dt.date = Field(description="从这一天起（含）归测试集 / from this day on")


class Splits(Strict):
    """Shares of the splits, by component (subject ∪ near-duplicate cluster ∪ template)."""

    train: float = Field(1.0, ge=0, le=1, description="训练集份额 / share of train")
    validation: float = Field(0.0, ge=0, le=1, description="验证集份额 / share of validation")
    test: float = Field(0.0, ge=0, le=1, description="测试集份额 / share of test")
    holdout: Holdout | None = Field(None, description="按时间留出测试集 / time hold-out")
    by_template: bool = Field(False, description="同一模板（只有数值不同）也不跨划分 / rows of one template stay together")
    largest_component: float = Field(0.05, gt=0, le=1, description="一个分量占行数的上限 / largest share of one component")
    allow_large_component: bool = Field(False, description="超过上限时只报告，不失败 / report instead of failing")

    @model_validator(mode="after")
    def _sum(self) -> Splits:
        if abs(self.train + self.validation + self.test - 1) > 1e-9:
            raise ValueError("train + validation + test 必须等于 1 / must add up to 1")
        return self


class Recipe(Strict):
    """A whole recipe. See the README for each key."""

    format: Literal[1] = Field(description="配方格式，写 1 / format of the recipe: 1")
    corpus: str = Field(pattern=NAME, description="数据集名：命名空间/名称 / namespace/name")
    version: str = Field("1.0.0", pattern=VERSION, description="语义化版本 / semantic version")
    title: str = Field("", description="中文标题 / title")
    description: str = Field("", description="一段说明 / description")
    industry: Literal["医疗", "制造", "金融", "港航", "通用"] = Field("通用", description="行业 / industry")
    contact: str = Field("", description="联系方式 / contact")
    publisher: str = Field("", description="发布单位 / publisher")
    note: str = Field("", description="这一版有什么变化，写进更新记录 / what is new in this version")
    uses: list[str] = Field(default_factory=list, description="目标应用场景 / intended uses")
    limitations: list[str] = Field(default_factory=list, description="局限 / limitations")
    citation: dict[Literal["authors", "year", "url"], str] = Field(default_factory=dict, description="引用信息 / citation")
    released: dt.date | None = Field(None, description="发布日期，写进卡片；默认取最晚的取得日期 / date on the card")
    shape: str | None = Field(
        None, description=f"形状，定下文本列与随行的列 / sets text and what travels beside it: {', '.join(SHAPES)}"
    )
    text: list[str] = Field(default=["text"], min_length=1, description="文本列 / text leaves")
    id: str | None = Field("id", description="主键列，没有就用整条记录的哈希 / key column, else the record's hash")
    subject: str | None = Field(None, description="主体列（患者、设备、工单），同一主体不跨划分 / subject column")
    columns: dict[str, Column] = Field(default_factory=dict, description="会公开的列 / published columns")
    sources: list[Source] = Field(min_length=1, description="来源 / sources")
    identities: Identities | None = Field(
        None,
        description="本单位已掌握的身份：文本旁的身份列与名单，只用来查找，绝不发布 / identity columns and lists, never published",
    )
    steps: list[AnyStep] = Field(description="步骤，按阶段先后 / steps, in order of phases")
    splits: Splits = Field(Splits(train=1.0), description="划分 / splits")
    gates: dict[str, Bound] = Field(default_factory=dict, description="指标的门限，未过不能发布 / bounds on metrics")
    canaries: Canaries | None = Field(
        None, description="植入测试，真实来源默认开启 / planted identities, on for real sources"
    )
    risk: Risk | None = Field(None, description="结构化字段的重识别风险 / re-identification risk of columns")

    @field_validator("shape")
    @classmethod
    def _known_shape(cls, name: str | None) -> str | None:
        if name is not None and name not in SHAPES:
            raise ValueError(f"没有这种形状，可用 / no such shape, use one of: {', '.join(SHAPES)}")
        return name

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(Leaf.parse(path) for path in self.text)

    def of_phase(self, phase: str) -> tuple[Any, ...]:
        """The recipe's steps of one phase, in order."""
        return tuple(step for step in self.steps if step.phase == phase)


def with_shape(data: dict[str, Any]) -> dict[str, Any]:
    """Plain data of a recipe with its named shape spelt out: text columns and what travels beside them, unless it names its own."""
    shape = SHAPES.get(str(data.get("shape")))
    if shape is None:
        return data
    beside: dict[str, Any] = {path: {} for path in shape.beside}
    return {**data, "text": data.get("text") or list(shape.text), "columns": beside | dict(data.get("columns") or {})}


def own_columns(recipe: Recipe) -> list[tuple[str, Column]]:
    """Declared columns of their own; fields beside a nested leaf (`messages[].role`) travel in the leaf's column."""
    return [(name, column) for name, column in recipe.columns.items() if "[]." not in name]


def shaped(recipe: Recipe) -> list[pa.Field]:
    """Columns that reshaping steps publish."""
    return [field for step in recipe.of_phase("reshape") for field in step.adds() if not field.name.startswith("_")]


def steps_by_name() -> dict[str, type[Step]]:
    """Every step's spec by its YAML name, from the union."""
    kinds = AnyStep.__args__[0].__args__
    return {kind.model_fields["step"].annotation.__args__[0]: kind for kind in kinds}
