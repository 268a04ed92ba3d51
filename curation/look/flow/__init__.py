"""The ledger of a run, drawn."""
