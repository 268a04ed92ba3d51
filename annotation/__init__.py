"""annotation: what people say of the data. Reads only tables that curation wrote already treated."""
