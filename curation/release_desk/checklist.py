"""What has to be true before a version goes out: each line is passed, failed, or waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from corpora import aspects, gates
from corpora.release import Release, verify
from corpora.ui.words import Words

State = Literal["good", "bad", "wait"]


@dataclass(frozen=True)
class Line:
    """One line: what is asked, how it stands, and what to do where it is not good."""

    said: str
    state: State
    todo: str = ""
    binding: bool = True


def lines(release: Release, vouched: Sequence[dict[str, Any]], words: Words) -> list[Line]:
    """The whole list. vouched: attestations of this release."""
    return [*_whole(release, words), *_gates(release.manifest, vouched, words), *_told(release.manifest, words)]


def may_publish(found: Sequence[Line]) -> bool:
    """Whether every line that binds is good."""
    return all(line.state == "good" for line in found if line.binding)


def _whole(release: Release, words: Words) -> Iterator[Line]:
    findings = verify(release)
    said = words("每个文件与哈希、账本、列、行数都对得上", "every file verifies: hashes, ledger, schema, rows")
    yield Line(said, "bad" if findings else "good", f"yuliao verify {release.name}" if findings else "")


def _gates(manifest: Mapping[str, Any], vouched: Sequence[dict[str, Any]], words: Words) -> Iterator[Line]:
    for one in gates.final(manifest.get("gates") or (), vouched):
        state: State = "good" if one["passed"] else "wait" if one["passed"] is None else "bad"
        todo = f"yuliao pii audit {manifest['corpus']}@{manifest['version']} --out DIR" if state == "wait" else ""
        yield Line(words.gate(one), state, todo)
    low = int(manifest["metrics"].get(gates.LOW) or 0)
    if low:
        signed = any(entry["kind"] == "signature" and entry["counts"].get(gates.LOW) == low for entry in vouched)
        how = words("已签字", "signed for") if signed else words("待签字", "waiting for a signature")
        said = words(f"{low} 处低置信度发现没有替换，数据安全官{how}", f"{low} unsure findings, left as they are: {how}")
        name = f"{manifest['corpus']}@{manifest['version']}"
        yield Line(
            said, "good" if signed else "wait", "" if signed else f"yuliao pii sign {name} --officer … --role 数据安全官"
        )


def _told(manifest: Mapping[str, Any], words: Words) -> Iterator[Line]:
    """What a reader of the card wants; advice, not a bound."""
    undeclared = [one["label"] for one in manifest["sources"] if one["licence"] in ("", "未声明")]
    said = words("每个来源都写明许可", "every source declares its licence")
    yield Line(said, "wait" if undeclared else "good", "、".join(undeclared), binding=False)
    for key, chinese, english in (("title", "有标题", "a title"), ("description", "有说明", "a description"), ("contact", "有联系方式", "a contact")):  # fmt: skip
        yield Line(words(chinese, english), "good" if manifest.get(key) else "wait", binding=False)
    share = aspects.completeness(dict(manifest))
    mean = sum(share.values()) / max(len(share), 1)
    said = words(f"卡片的说明要素齐备 {mean:.0%}", f"documentation aspects covered: {mean:.0%}")
    yield Line(said, "good" if mean > 0.99 else "wait", binding=False)
