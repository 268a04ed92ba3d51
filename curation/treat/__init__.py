"""Steps that replace personal information."""
