"""Imported once by the fork server, so that every worker starts with these modules in place."""

import corpora.sources  # noqa: F401
import curation.measuring  # noqa: F401
import curation.writing  # noqa: F401
