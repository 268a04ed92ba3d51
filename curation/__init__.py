"""curation: what we do to the data. Batches and edits, recipes and pipelines."""
