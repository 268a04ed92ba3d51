"""Steps that make and consume rows, before their text is rewritten."""
