"""A recipe as a form: fields from its schema, edits that keep its comments, drafts with their files."""
