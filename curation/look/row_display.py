"""What the terminal shows of single rows: before and after, and a row's passport."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corpora import vocabulary
from curation.look.display import cause_label, reason_label, screen, step_label


def peeked(rows: list[Any]) -> None:
    """Before and after, one block a row."""
    from rich.text import Text

    console = screen()
    for row in rows:
        fate = "保留 kept" if not row.reason else f"剔除 dropped · {step_label(row.step)} · {reason_label(row.reason)}"
        console.rule(f"{row.id[:12]} · {row.source} · {fate}", align="left")
        if row.before != row.after:
            console.print(Text("前 ", style="dim").append(row.before, style="dim"), soft_wrap=True)
        console.print(row.marked(), soft_wrap=True)
    console.print(f"{len(rows)} 行 / rows", style="dim")


def quarantined(found: Any) -> None:
    """Counts by cause with what to do, then record by record where each lies."""
    console = screen()
    for cause, count in found.causes.items():
        meaning = vocabulary.QUARANTINE_CAUSES[cause].meaning if cause in vocabulary.QUARANTINE_CAUSES else ""
        console.print(f"{cause_label(cause)} {count:,}：{meaning}", style="bold", soft_wrap=True, markup=False)
    for row in found.rows:
        line = f"{row.source} · {row.file} · {row.where} · {row.label} ({row.cause})"
        console.print(line, soft_wrap=True, markup=False)
        if row.text is not None:
            console.print(f"  {row.text!r}", style="dim", soft_wrap=True, markup=False)
    console.print(f"{len(found.rows):,} / {found.total:,} 条 / records", style="dim")
    if found.rows and found.rows[0].text is None:
        console.print("原文没有显示，要看加 --with-text（敏感）/ text is hidden: add --with-text", style="dim")


def passport(data: dict[str, Any], *, with_text: bool) -> None:
    """The row's passport, section by section."""
    console = screen()
    shown = {**data, "edits": _edits(data["edits"])} | ({"text": _texts(data["text"])} if "text" in data else {})
    for section, content in shown.items():
        console.print(section, style="bold")
        if isinstance(content, dict):
            for key, value in content.items():
                console.print(f"  {key}: {value}", soft_wrap=True, markup=False)
        elif isinstance(content, list):
            for item in content:
                console.print(f"  - {item}", soft_wrap=True, markup=False)
        else:
            console.print(f"  {content}", soft_wrap=True, markup=False)
    if not with_text:
        console.print("原文与身份列的原值没有显示，要看加 --with-text / text and raw values are hidden: add --with-text")


def _texts(texts: list[dict[str, Any]]) -> list[str]:
    """Each string as it stands in the source, and as it is released where that differs."""
    lines = []
    for one in texts:
        same = one["before"] == one["after"]
        lines.append(f"{one['leaf']} {one['item']} {'未改动 unchanged' if same else '前 before'}: {one['before']}")
        lines += [] if same else [f"{one['leaf']} {one['item']} 后 after: {one['after']}"]
    return lines


def _edits(edits: list[dict[str, Any]]) -> list[str]:
    """One line a kind of change, with how often it was made."""
    changes = Counter(
        (e["step"], e["cause"], f"{e['old']!r} → {e['new']!r}" if "old" in e else f"{e['removed']} 字 → {e['added']} 字")
        for e in edits
    )
    return [f"{step} · {cause}: {change}" + (f"  ×{n}" if n > 1 else "") for (step, cause, change), n in changes.items()]
