"""Every key of the schema is documented."""

from __future__ import annotations

import re
from typing import Any

from curation.look import doc_recipe
from curation.recipe import Recipe


def _schema_keys(name: str, part: dict[str, Any]) -> set[tuple[str, str]]:
    return {(name, key) for key in part["properties"] if key != "step"}


def test_every_key_of_the_schema_has_a_row_with_a_meaning() -> None:
    """The schema as pydantic gives it, whatever the walk over the models makes of it."""
    schema = Recipe.model_json_schema(by_alias=True)
    wanted = _schema_keys("Recipe", schema)
    for name, part in schema["$defs"].items():
        wanted |= _schema_keys(name, part)
    rows = [row[-4:] for row in (*doc_recipe.recipe_keys(), *doc_recipe.settings())]
    documented = {re.split(r"[.]", row[0].strip("`"))[-1] for row in rows}
    assert len(wanted) > 100 and {key for _, key in wanted} <= documented
    assert [row[0] for row in rows if not row[3]] == []


def test_addresses_of_what_is_nested() -> None:
    addresses = {row[0].strip("`") for row in doc_recipe.recipe_keys()}
    for address in (
        "risk.kinds",
        "risk.quasi",
        "canaries.rows",
        "gates.<指标>.at_least",
        "identities.columns",
        "identities.lists[].kind",
        "sources[].rights.basis",
        "columns.<列名>.from",
        "splits.holdout.since",
    ):
        assert address in addresses
