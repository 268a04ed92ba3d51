"""Fuzzes readers and protocol parsers with atheris (libFuzzer): `make fuzz SECONDS=60 READERS="csv xorb"`; none means all.

Each reader has a process of its own, its seeds are the sound files of the tests. What goes wrong is kept as
.bench/fuzz/READER/….bin with its traceback beside it, one of each kind; the command then exits 1.
"""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

from tests.fuzz import protocol

Target = tuple[list[bytes], Callable[[bytes], object]]
PLACE = Path(".bench/fuzz")
INPUT = 1 << 16  # bytes of an input at most


def fuzz(kind: str, seconds: int) -> None:
    """Never returns: libFuzzer ends the process when its time is up."""
    import atheris

    folder = PLACE / kind
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    sound, tried = _protocol(kind) if kind in protocol.TARGETS else _reader(kind, folder)
    for number, seed in enumerate(sound):
        (seeds / f"sound{number or ''}").write_bytes(seed)
    instrument(atheris.instrument_func, "corpora.hub" if kind in protocol.TARGETS else "corpora.sources")

    def one(data: bytes) -> None:
        try:
            tried(data)
        except Exception as error:  # whatever it is, that is what is looked for
            keep(folder, data, error)

    options = [f"-max_total_time={seconds}", f"-max_len={INPUT}", "-rss_limit_mb=3000", "-timeout=30", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", f"-artifact_prefix={folder}/", str(seeds)], one)
    atheris.Fuzz()


def _reader(kind: str, folder: Path) -> Target:
    """The sound file of a format, and what is done with any other."""
    from corpora.sources import reading
    from tests.curation import bad_files
    from tests.fuzz.accounting import check

    if kind in reading.WHOLE:
        importlib.import_module(f"corpora.sources.{reading.WHOLE[kind]}")
    suffix, sound = bad_files.good()[kind]
    path = folder / f"input{suffix}"

    def tried(data: bytes) -> None:
        path.write_bytes(data)
        check(kind, path)

    return [sound], tried


def _protocol(kind: str) -> Target:
    return protocol.seeds(kind), protocol.TARGETS[kind]


def instrument(trace: Callable[[Any], Any], room: str) -> None:
    """Makes the readers' functions tell where they go, one by one: compiled ones must stay as they are."""
    modules = [one for name, one in sys.modules.items() if name.startswith(room) and "kernels" not in name]
    for module in modules:
        for thing in list(vars(module).values()):
            owned = getattr(thing, "__module__", "") == module.__name__
            members = vars(thing).values() if owned and isinstance(thing, type) else [thing] if owned else ()
            for function in members:
                if isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__:
                    trace(function)


def keep(folder: Path, data: bytes, error: Exception) -> None:
    """The first input of each kind of failure: what was raised, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    name = hashlib.sha256(f"{type(error).__name__} {last.filename}:{last.lineno}".encode()).hexdigest()[:12]
    if not (folder / f"{name}.bin").exists():
        (folder / f"{name}.bin").write_bytes(data)
        (folder / f"{name}.failure").write_text("".join(traceback.format_exception(error)), "utf-8")


def run(kind: str, seconds: int) -> bool:
    """Fuzzes one reader in a process of its own; whether nothing went wrong."""
    folder = PLACE / kind
    folder.mkdir(parents=True, exist_ok=True)
    for old in [one for one in folder.iterdir() if one.is_file()]:
        old.unlink()
    command = [sys.executable, "-m", "tests.fuzz", "--one", kind, str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    (folder / "log.out").write_text(done.stderr, "utf-8")
    count = next((line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
    found = sorted(
        one for one in folder.iterdir() if one.suffix == ".failure" or one.name.startswith(("crash", "timeout", "oom"))
    )
    print(f"{kind}: {count} inputs in {seconds} s, exit {done.returncode}, {len(found)} kinds of failure", flush=True)
    for one in found:
        print(f"  {one}: {one.read_text('utf-8').strip().splitlines()[-1] if one.suffix == '.failure' else ''}", flush=True)
    return not found and done.returncode == 0


def main(seconds: int, *kinds: str) -> int:
    """Fuzzes one reader after the other."""
    from corpora.sources.spec import FORMATS

    results = [run(kind, seconds) for kind in kinds or (*FORMATS, *protocol.TARGETS) if kind != "auto"]
    return 0 if all(results) else 1


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        fuzz(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
