"""The dataset card README.md: a YAML head as the Hugging Face Hub reads it, and Chinese text made from the facts."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import yaml

from corpora import card_text
from corpora.facts import CONFIGS
from corpora.licences import may

_SIZES = [(10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M")]
_SIZES += [(10**8, "10M<n<100M"), (10**9, "100M<n<1B")]


def render(manifest: dict[str, Any]) -> str:
    """The whole card, from the manifest (its `files` may still lack the card itself)."""
    head = yaml.safe_dump(_head(manifest), allow_unicode=True, sort_keys=False, width=10_000)
    body = "\n\n".join(section for section in card_text.sections(manifest) if section)
    return f"---\n{head}---\n\n{body}\n"


def _head(manifest: dict[str, Any]) -> dict[str, Any]:
    licences = sorted({source["licence"] for source in manifest["sources"]})
    hub = sorted({may(licence).hub for licence in licences}) or ["unknown"]
    head = {
        "pretty_name": manifest["title"] or manifest["corpus"],
        "language": ["zh"],
        "license": hub[0] if len(hub) == 1 else hub,
        "license_name": _plain_name(licences) if hub == ["other"] else None,
        "size_categories": [next((name for bound, name in _SIZES if manifest["rows"] < bound), "n>1B")],
        "task_categories": manifest["task_categories"],
        "annotations_creators": ["machine-generated"],
        "source_datasets": ["original"],
        "tags": sorted({*manifest["tags"], "yuliao", *(["synthetic"] if manifest["generated"] else [])}),
        "configs": [_config(manifest, config) for config in manifest["configs"]],
    }
    return {key: value for key, value in head.items() if value}


def _plain_name(licences: list[str]) -> str:
    """`license_name` has to be lower-case ASCII on the Hub."""
    names = [re.sub(r"[^a-z0-9.-]+", "-", licence.lower()).strip("-") for licence in licences]
    return "-and-".join(name for name in names if name) or "see-card"


def _config(manifest: dict[str, Any], config: str) -> dict[str, Any]:
    files = [{"split": split, "path": f"{CONFIGS[config]}/{split}-*.parquet"} for split in manifest["splits"]]
    default = {"default": True} if config == "default" else {}
    return {"config_name": config, **default, "description": _content(manifest, CONFIGS[config]), "data_files": files}


def _content(manifest: dict[str, Any], folder: str) -> str:
    """Names the content of a config. `datasets` caches a local folder by its card, not by its files: without this, a
    draft that is made again, or another release in a folder of the same name, would be served from the old cache."""
    hashes = "".join(one["sha256"] for one in manifest["files"] if one["path"].startswith(folder + "/"))
    return f"{manifest['corpus']}@{manifest['version']} {hashlib.sha256(hashes.encode()).hexdigest()[:16]}"
