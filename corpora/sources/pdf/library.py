"""PDFium at arm's length: a document whose pages are read in another process, which may die without harm.

A process takes a tenth of a second to start, as long as twenty pages take to read, so it is kept and reads one file
after the other. The page that crashed it is quarantined; the pages after it are read by the next process.
77 000 mutated files did not crash PDFium once, but it aborts where memory runs out, and some pages take forever.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from corpora.sources.items import BadFile

PAGES = 200_000  # more is a forged number: every page that is not there would be an item
DEATHS = 20  # processes that one file may cost
_FONTS = Path(__file__).with_name("font")
_A_FILE = re.compile(
    r"^<[0-9A-Fa-f]+>$|[/\\\0]|\.(docx?|wps|xlsx?|pptx?|pdf|dwg)\b|^Microsoft ", re.I
)  # titles that are names of files
_CHILD = Path(__file__).with_name("child.py")


Answer = tuple[dict[str, Any], bytes]


class Died(Exception):
    """The process ended instead of answering."""


class Library:
    """One process with PDFium in it; one that draws pages has the system's fonts, one that reads them only ours."""

    def __init__(self, drawing: bool) -> None:
        fonts = [] if drawing else [str(_FONTS)]
        # -P: the folder of child.py must not lend its names to what it imports.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD), *fonts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.owner = os.getpid()
        self.document: object = None  # who asked it to open what it has open
        self._end = weakref.finalize(self, _end, self._process, self.owner)

    def ask(self, question: bytes, number: int, data: bytes = b"") -> Answer:
        """What child.py answers. Raises Died."""
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None and answers is not None
        try:
            questions.write(struct.pack("<cQ", question, number))
            questions.write(data)
            questions.flush()
        except OSError:
            raise Died from None
        words = json.loads(_exactly(answers, struct.unpack("<I", _exactly(answers, 4))[0]))
        return words, _exactly(answers, struct.unpack("<Q", _exactly(answers, 8))[0])

    def close(self) -> None:
        """Ends the process."""
        self._end()


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Also when nobody holds the library any more. A fork leaves its parent's process alone."""
    if owner == os.getpid():
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Died
    return data


_own = threading.local()  # the libraries of this thread: an optimisation that changes no result


def _library(drawing: bool = False) -> Library:
    """This thread's library; a forked worker never talks through its parent's pipes."""
    held: dict[bool, Library] = vars(_own).setdefault("libraries", {})
    if drawing not in held or held[drawing].owner != os.getpid():
        held[drawing] = Library(drawing)
    return held[drawing]


def close() -> None:
    """Ends this thread's libraries, if it has any; the next question starts another."""
    held: dict[bool, Library] = vars(_own).pop("libraries", {})
    for library in held.values():
        library.close()


class Document:
    """An open document. Raises BadFile if it can't be opened (password, not_readable) or kills process after process."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._deaths = 0
        words, _ = self._safely(lambda: self._opened(_library()))
        if words.get("cause") == "password":
            raise BadFile("password")
        if "cause" in words or not 0 < words["pages"] <= PAGES:
            raise BadFile("not_readable")
        self.pages: int = words["pages"]
        self.title: str = "" if _A_FILE.search(words["title"]) else words["title"].strip()
        self.attached: int = max(0, words["attached"])

    def text(self, number: int) -> Answer:
        """Characters of a page and their places, as child.py gives them; words["cause"] where that can't be had."""
        return self._safely(lambda: self._library().ask(b"T", number))

    def picture(self, number: int) -> tuple[NDArray[np.uint8] | None, float]:
        """uint8 (height, width, 3), blue green red, or None where the page can't be drawn; and pixels per point."""
        words, data = self._safely(lambda: self._library(drawing=True).ask(b"R", number))
        if "cause" in words:
            return None, 1.0
        return np.frombuffer(data, np.uint8).reshape(words["height"], words["width"], 3), words["scale"]

    def _safely(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except Died:
            close()
            self._deaths += 1
            if self._deaths > DEATHS:
                raise BadFile("page_broken") from None
            return {"cause": "page_broken"}, b""

    def _library(self, drawing: bool = False) -> Library:
        """A library with this document open: the one that has it, unless it died or reads another document by now."""
        library = _library(drawing)
        if library.document is not self:
            self._opened(library)
        return library

    def _opened(self, library: Library) -> Answer:
        answer = library.ask(b"O", len(self.data), self.data)
        library.document = self
        return answer
