"""The read half of the server: what the Hub's clients ask, each handler `(desk, request, who, …) → Response`."""
