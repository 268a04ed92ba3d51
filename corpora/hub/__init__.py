"""The catalog at the Hub's door: a server that unmodified clients talk to, and the ways in and out that need no server."""
