"""Schemas of what is sent and answered (JSON Schema 2020-12), by name: the tables of routes name them, corpora.hub.openapi publishes them.

They say what is required and of which kind; more keys may be there. Sources: hub-protocol and git-lfs docs/api/batch.md (status [V]).
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
YES: Schema = {"type": "boolean"}
_MAYBE: Schema = {"type": ["string", "null"]}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
COMMIT: Schema = {"type": "string", "pattern": "^[0-9a-f]{40}$"}


def _object(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    return {"type": "object", "required": list(needed), "properties": {**needed, **(optional or {})}}


def listed(item: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": item, **more}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_LFS_FILE = _object({"oid": SHA256, "size": COUNT, "pointerSize": COUNT})
_NAMED_REF = _object({"name": TEXT, "ref": TEXT, "targetCommit": COMMIT})
_SAID = listed(_object({"message": TEXT}))

ANSWERS: dict[str, Schema] = {
    "Error": _object({"error": TEXT}, {"hint": TEXT}),
    "Done": _object({"success": {"const": True}}),
    "Nothing": {"type": "object"},
    "Description": _object({"openapi": TEXT, "paths": {"type": "object"}}),
    "Dataset": _object(
        {
            "id": TEXT, "_id": TEXT, "author": TEXT, "sha": COMMIT, "createdAt": TEXT, "lastModified": TEXT, "private": YES,
            "gated": {"enum": [False, "auto", "manual"]}, "disabled": YES, "downloads": COUNT, "likes": COUNT,
            "tags": listed(TEXT), "description": TEXT, "usedStorage": COUNT,
        },
        {
            "cardData": {"type": "object"},
            "siblings": listed(_object({"rfilename": TEXT}, {"size": COUNT, "blobId": TEXT, "lfs": {"type": "object"}})),
        },
    ),
    "Entry": _object(
        {"type": {"enum": ["file", "directory"]}, "path": TEXT, "size": COUNT, "oid": TEXT},
        {"lfs": _LFS_FILE, "lastCommit": _object({"id": COMMIT, "title": TEXT, "date": TEXT})},
    ),
    "Refs": _object(
        {"branches": listed(_NAMED_REF), "tags": listed(_NAMED_REF), "converts": listed(_NAMED_REF)},
        {"pullRequests": listed(_NAMED_REF)},
    ),
    "Commit": _object(
        {"id": COMMIT, "title": TEXT, "message": TEXT, "authors": listed(_object({"user": TEXT})), "date": TEXT}
    ),
    "Person": _object({
        "type": {"const": "user"}, "name": TEXT, "fullname": TEXT, "orgs": listed(_object({"name": TEXT, "type": TEXT})),
        "auth": _object({"type": TEXT, "accessToken": _object({"displayName": TEXT, "role": {"enum": ["read", "write"]}})}),
    }),
    "Created": _object({"url": TEXT, "name": TEXT, "id": TEXT}),
    "Access": _object({"private": YES, "gated": {"enum": [False, "auto", "manual"]}}),
    "Checked": _object({"errors": _SAID, "warnings": _SAID}),
    "Modes": _object({
        "files": listed(
            _object({"path": TEXT, "uploadMode": {"enum": ["lfs", "regular"]}, "shouldIgnore": YES, "oid": _MAYBE})
        )
    }),
    "Committed": _object({"success": {"const": True}, "commitOid": COMMIT, "commitUrl": TEXT}),
    "Ticket": _object({"casUrl": TEXT, "exp": COUNT, "accessToken": TEXT}),
    "Offers": _object({
        "transfer": {"const": "basic"}, "hash_algo": {"const": "sha256"},
        "objects": listed(_object({"oid": SHA256, "size": COUNT}, {"actions": {"type": "object"}})),
    }),
    "Inserted": _object({"was_inserted": YES}),
    "Result": _object({"result": {"const": 1}}),
}  # fmt: skip

_REPOSITORY: Schema = {"type": {"const": "dataset"}, "name": {"type": "string", "minLength": 1, "maxLength": 96}}
_ORGANIZATION: Schema = {"type": ["string", "null"], "maxLength": 96}
_VISIBILITY: Schema = {"private": {"type": ["boolean", "null"]}, "visibility": {"enum": ["public", "private", None]}}
_BASE64: Schema = {"type": "string", "pattern": "^([A-Za-z0-9+/]{4})*$", "contentEncoding": "base64"}
_OBJECT = _object({"oid": SHA256, "size": {"type": "integer", "minimum": 0, "maximum": 1 << 40}})
_LINE_PATH: Schema = {
    "path": {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": r"^[^/\\\u0000-\u001f][^\\\u0000-\u001f]*$"}
}


def _line(key: str, value: Schema) -> Schema:
    return {**_object({"key": {"const": key}, "value": value}), "additionalProperties": False}


_HEADER = _object(
    {"summary": {"type": "string", "maxLength": 4096}},
    {"description": _MAYBE, "parentCommit": {"type": ["string", "null"], "pattern": "^[0-9a-f]{7,40}$"}},
)
_OPERATIONS = [
    _line("file", _object({**_LINE_PATH, "content": TEXT, "encoding": {"const": "utf-8"}})),
    _line("file", _object({**_LINE_PATH, "content": _BASE64}, {"encoding": {"const": "base64"}})),
    _line(
        "lfsFile",
        _object({**_LINE_PATH, "oid": SHA256}, {"algo": {"const": "sha256"}, "size": {"type": ["integer", "null"]}}),
    ),
    _line("deletedFile", _object(_LINE_PATH)),
    _line("deletedFolder", _object(_LINE_PATH)),
    _line("copyFile", _object({**_LINE_PATH, "srcPath": _LINE_PATH["path"]}, {"srcRevision": _MAYBE})),
]

BODIES: dict[str, Schema] = {
    "NewDataset": _object(_REPOSITORY, {"organization": _ORGANIZATION, **_VISIBILITY}),
    "NamedDataset": _object(_REPOSITORY, {"organization": _ORGANIZATION}),
    "Card": _object({"content": TEXT}),
    "WantedAccess": _object({}, {"gated": {"enum": [False, "auto", "manual", None]}, **_VISIBILITY}),
    "Files": _object(
        {
            "files": listed(
                _object(
                    {**_LINE_PATH, "size": COUNT}, {"sample": {**_BASE64, "type": ["string", "null"], "maxLength": 4096}}
                ),
                maxItems=256,
            )
        },
        {"gitIgnore": _MAYBE},
    ),
    "Lines": {
        "description": "每行一个 JSON：先 header，再一行一个操作 / one JSON a line: the header, then one operation a line",
        "type": "array",
        "minItems": 2,
        "prefixItems": [_line("header", _HEADER)],
        "items": {"anyOf": _OPERATIONS},
    },
    "NewTag": _object({"tag": {"type": "string", "minLength": 1, "maxLength": 100}}, {"message": _MAYBE}),
    "NewBranch": _object({}, {"startingPoint": _MAYBE}),
    "Wanted": _object({"operation": {"const": "upload"}, "objects": listed(_OBJECT, maxItems=256)}),
    "Object": _OBJECT,
    "Paths": _object({"paths": listed(TEXT)}, {"expand": TEXT}),
    "SignIn": _object({"form": TEXT, "token": TEXT}, {"next": TEXT}),
    "SignOut": _object({"form": TEXT}),
    "Request": _object({"form": TEXT, "purpose": TEXT}),
    "Approve": _object({"form": TEXT, "until": TEXT}),
    "Refuse": _object({"form": TEXT, "reason": TEXT}),
}
