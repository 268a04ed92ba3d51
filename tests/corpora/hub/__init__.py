"""The catalog at the Hub's door."""
