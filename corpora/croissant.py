"""Croissant 1.0 (MLCommons): the machine-readable description of a release, written without heavy imports.

1.0 and an inline context: with 1.1, or with several plain files, mlcroissant 1.1.1 yields no records.
The shards are found through a repository object, so the same file serves a folder and a catalog.
"""

from __future__ import annotations

from typing import Any

from corpora.facts import CONFIGS
from corpora.licences import may

_TERMS = """citeAs column conformsTo=dct:conformsTo equivalentProperty extract field fileProperty fileObject fileSet format
includes isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator
source subField transform"""
_TYPES = {"string": "sc:Text", "float": "sc:Float", "double": "sc:Float", "bool": "sc:Boolean", "date32[day]": "sc:Date"}


def _context() -> dict[str, Any]:
    terms = (term.partition("=") for term in _TERMS.split())
    return {
        "@language": "zh",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        **{name: said or f"cr:{name}" for name, _, said in terms},
    }


def render(manifest: dict[str, Any]) -> dict[str, Any]:
    """The JSON-LD document of a release, from its manifest."""
    corpus, version = manifest["corpus"], manifest["version"]
    licences = sorted({source["licence"] for source in manifest["sources"]})
    publisher = {"@type": "sc:Organization", "name": manifest["publisher"] or corpus.split("/")[0]}
    document = {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": corpus.split("/")[1],
        "description": manifest["description"] or manifest["title"] or corpus,
        "alternateName": manifest["title"] or corpus,
        "url": f"datasets/{corpus}",
        "version": version,
        "license": licences,
        "inLanguage": "zh",
        "keywords": manifest["tags"],
        "creator": publisher,
        "publisher": publisher,
        "citeAs": f"{manifest['title'] or corpus} v{version}",
        "datePublished": manifest["date"],
        **_responsible(manifest),
        "distribution": _distribution(manifest),
        "recordSet": [_record_set(config, columns) for config, columns in manifest["configs"].items()],
    }
    return {key: value for key, value in document.items() if value not in ("", [])}


def _responsible(manifest: dict[str, Any]) -> dict[str, Any]:
    """Responsible-AI terms (rai:) where we have the facts."""
    generated = [source["label"] for source in manifest["sources"] if source.get("generated")]
    grounds = ((s["label"], s.get("rights_basis") or may(s["licence"]).terms) for s in manifest["sources"])
    return {
        "rai:dataCollection": "；".join(f"{label}：{ground}" for label, ground in grounds),
        "rai:dataLimitations": manifest["limitations"] + manifest["notices"],
        "rai:dataUseCases": manifest["uses"],
        "rai:personalSensitiveInformation": "见数据卡的去标识化说明；不保证无法重新识别",
        "rai:dataManipulationProtocol": [f"合成数据来源：{'、'.join(generated)}"] if generated else [],
    }


def _distribution(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    corpus, version = manifest["corpus"], manifest["version"]
    repo = {
        "@type": "cr:FileObject",
        "@id": "repo",
        "contentUrl": f"datasets/{corpus}/tree/v{version}",
        "encodingFormat": "git+https",
        "sha256": "https://github.com/mlcommons/croissant/issues/80",  # the convention for repositories: they have none
    }
    sets = [
        {
            "@type": "cr:FileSet",
            "@id": f"files-{config}",
            "containedIn": {"@id": "repo"},
            "encodingFormat": "application/x-parquet",
            "includes": f"{CONFIGS[config]}/*.parquet",
        }
        for config in manifest["configs"]
    ]
    files = [
        {
            "@type": "cr:FileObject",
            "@id": entry["path"],
            "contentUrl": entry["path"],
            "containedIn": {"@id": "repo"},
            "encodingFormat": "application/x-parquet",
            "contentSize": f"{entry['bytes']} B",
            "sha256": entry["sha256"],
        }
        for entry in manifest["files"]
        if entry["path"].endswith(".parquet")
    ]
    return [repo, *sets, *files]


def _record_set(config: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "key": {"@id": f"{config}/id"},
        "field": [_field(config, column) for column in columns],
    }


def _field(config: str, column: dict[str, Any]) -> dict[str, Any]:
    kind, name = column["type"], column["name"]
    field = {
        "@type": "cr:Field",
        "@id": f"{config}/{name}",
        "name": name,
        "description": "：".join(part for part in (column["label"], column["meaning"]) if part) or name,
    }
    if column.get("fields"):
        return {**field, "repeated": True, "subField": [_inner_field(config, name, inner) for inner in column["fields"]]}
    field |= {"dataType": _data_type(kind), "source": _source(config, name)}
    return {**field, "repeated": True} if kind.startswith("list") else field


def _inner_field(config: str, column: str, inner: dict[str, str]) -> dict[str, Any]:
    """A field of a list of structs: one value for every item of the list."""
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{column}/{inner['name']}",
        "name": inner["name"],
        "dataType": _data_type(inner["type"]),
        "source": {**_source(config, column), "transform": {"jsonPath": f"$.{inner['name']}"}},
    }


def _source(config: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"files-{config}"}, "extract": {"column": column}}


def _data_type(kind: str) -> str:
    item = kind.removeprefix("list<element: ").split(" ")[0].rstrip(">")
    return _TYPES.get(item, "sc:Integer" if "int" in item else "sc:Text")
