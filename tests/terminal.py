"""Calls the terminal front door inside the test's process."""

from __future__ import annotations

import pytest

from cli import main


def call(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of `yuliao …`."""
    try:
        main(list(words))
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capfd.readouterr()
    return code, said.out, said.err
