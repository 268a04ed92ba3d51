"""The write half of the server: repositories, commits, large files, tags. Every handler is `(desk, request, who, …) → Response`.

Nothing is visible before it is durable and logged; what was not finished leaves nothing. What arrives is private and unverified.
"""
