"""Label Studio's regions and ours: answers become regions for pre-annotation, regions become answers; both are checked here,
because the server takes unknown labels, unknown controls and offsets beyond the text without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotation.project import Project

Mark = tuple[int, int, str]
VERSION = "yuliao"


def of_choice(project: Project, key: str) -> list[dict[str, Any]]:
    return [{**_head(project, 0, "choices"), "value": {"choices": [key]}}]


def of_marks(project: Project, text: str, marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Regions of the kinds that the project asks for."""
    return [
        {
            **_head(project, number, "labels"),
            "value": {"start": start, "end": end, "text": text[start:end], "labels": [kind]},
        }
        for number, (start, end, kind) in enumerate(marks)
        if kind in project.kinds
    ]


def _head(project: Project, number: int, kind: str) -> dict[str, Any]:
    return {"id": f"r{number}", "from_name": project.field, "to_name": "text", "type": kind}


def faults(project: Project, text: str, regions: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with regions, without a word of the text: control, kind of region, alias, offsets, quoted text."""
    return [f"{number}: {said}" for number, one in enumerate(regions) if (said := _fault(project, text, one))]


def _fault(project: Project, text: str, one: Mapping[str, Any]) -> str:
    wanted, value = ("choices", "labels")[project.kind == "spans"], one.get("value") or {}
    if one.get("from_name") != project.field or one.get("to_name") != "text" or one.get("type") != wanted:
        return "from_name, to_name, type"
    said = value.get(wanted)
    if not isinstance(said, list) or len(said) != 1 or said[0] not in project.keys:
        return "alias"
    if wanted == "choices":
        return ""
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return "start, end"
    return "text" if value.get("text", text[start:end]) != text[start:end] else ""


def choice(regions: Sequence[Mapping[str, Any]]) -> str:
    """The one answer of checked regions, "" for none."""
    return str(regions[0]["value"]["choices"][0]) if regions else ""


def marks(regions: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Checked regions as (start, end, kind), sorted, each once. Code points, as Label Studio counts."""
    return sorted({(one["value"]["start"], one["value"]["end"], one["value"]["labels"][0]) for one in regions})
