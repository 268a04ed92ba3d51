"""The README keeps its word: tables as the code has them, nothing missing, and every command and snippet in it runs."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from cli import main
from corpora import vocabulary
from curation import recipe
from curation.look import doc_recipe, doc_tables
from quality import rules
from quality.signals import SIGNALS

README = Path(__file__).resolve().parent.parent / "README.md"
TEXT = README.read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
INSTEAD = {  # these set up or check the whole project; what they come down to is run here, or nothing
    "make demo": "yuliao demo",
    "make test": "",
    "make check": "",
    "pip install .": "",
    "yuliao app": "yuliao app --help",  # tests/app opens every page of it in a real browser
}


def test_tables_are_as_the_code_has_them() -> None:
    assert doc_tables.rewrite(TEXT) == TEXT, "run: python -m curation.look.doc_tables README.md"
    assert set(doc_tables.MARK.findall(TEXT)) and {name for _, name, _ in doc_tables.MARK.findall(TEXT)} == set(
        doc_tables.TABLES
    )


def _wanted() -> dict[str, set[str]]:
    commands = doc_tables._commands()
    return {
        "command": {f"`yuliao {name}" for name in commands},
        "option": {one.opts[0] for command in commands.values() for one in command.params if one.opts[0].startswith("-")},
        "step": {f"`{name}`" for name in recipe.steps_by_name()},
        "setting": {f"`{key}`" for step in recipe.steps_by_name().values() for key in step.model_fields if key != "step"},
        "signal": {f"`{signal.name}`" for signal in SIGNALS} | {f"`{key}`" for key in vocabulary.SIGNALS},
        "recipe key": {
            f"`{prefix}{field.alias or key}`"
            for prefix, part in doc_recipe.parts()
            for key, field in part.model_fields.items()
        },
        "quarantine cause": {f"`{key}`" for key in vocabulary.QUARANTINE_CAUSES},
        "reason": {f"`{key}`" for key in vocabulary.REASONS}
        | {
            f"`{rule.key(low)}`"
            for preset in rules.PRESETS.values()
            for rule in preset
            for low in (rule.at_least is not None,)
        },
        "kind": {f"`{key}`" for key in vocabulary.PII_KINDS},
    }


@pytest.mark.parametrize("what", _wanted())
def test_nothing_is_missing(what: str) -> None:
    wanted = _wanted()[what]
    assert wanted and {word for word in wanted if word not in TEXT} == set()


def test_every_term_has_its_step_and_every_step_its_term() -> None:
    assert set(vocabulary.STEPS) == set(recipe.steps_by_name())


def test_yaml_fragments_are_valid_steps() -> None:
    fragments = [body for language, body in BLOCK.findall(TEXT) if language == "yaml" and body.startswith("- step:")]
    for body in fragments:
        TypeAdapter(list[recipe.AnyStep]).validate_python(yaml.safe_load(body))
    assert fragments


def test_first_screen() -> None:
    head = TEXT.splitlines()[:12]
    assert head[0].startswith("# ") and "$ make demo" in "\n".join(head) and "$ make test" in "\n".join(head)
    assert any(line.startswith("Yuliao turns") for line in head)


def test_links_inside_the_page_lead_somewhere() -> None:
    titles = {
        re.sub(r"[`。，、]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    assert {anchor for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT)} <= titles
    assert all((README.parent / path).exists() for path in re.findall(r"\]\(([\w./-]+)\)", TEXT))


def test_everything_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in one folder: shell lines, Python snippets, and the recipe; what is shown is what is printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    for language, body in BLOCK.findall(TEXT):
        if language == "shell":
            for line, shown in sessions(body):
                printed = run(line)
                for part in shown:
                    assert masked(part) in masked(printed), f"$ {line}\n{part}"
        elif language == "python":
            shell([sys.executable, "-c", body])
        elif language == "yaml" and (name := re.match(r"# (\S+\.yaml)\n", body)):
            Path(name[1]).write_text(body, "utf-8")


def sessions(body: str) -> list[tuple[str, list[str]]]:
    """(command, lines shown below it) of a block; lines with an ellipsis stand for anything."""
    parts = re.split(r"^\$ ", body, flags=re.M)[1:]
    found = [part.split("\n") for part in parts]
    return [
        (re.sub(r"\s+#.*", "", lines[0]), [one for one in lines[1:] if one.strip() and "…" not in one]) for lines in found
    ]


def masked(text: str) -> str:
    """Digits and spacing vary with the machine, the key and time; words don't."""
    return re.sub(r"\d[\d.,]*", "0", re.sub(r"\s+", " ", text)).strip()


def run(line: str) -> str:
    """Output of one shown line. Plain `yuliao` lines run in this process, which saves their start-up."""
    line = INSTEAD.get(line, line)
    if line.startswith("yuliao serve"):
        return serve(line)
    for shown, real in SERVED.items():
        line = line.replace(shown, real)
    if not line.startswith("yuliao ") or re.search(r"[|><;&]|\$\(|--from ", line):
        return shell(["bash", "-c", line])
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            main(shlex.split(os.path.expandvars(line))[1:])
        except SystemExit as stop:
            assert not stop.code, f"$ {line}: exit code {stop.code}\n{said.getvalue()}"
    return out.getvalue()


SERVED: dict[str, str] = {}  # the address that the page shows → where it is served here
PROCESSES: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    yield
    for process in PROCESSES:
        process.terminate()
        process.communicate(timeout=30)
    PROCESSES.clear()
    SERVED.clear()


def serve(line: str) -> str:
    """Starts what the page starts, on a free port, and gives what it says at the start."""
    process = subprocess.Popen([*shlex.split(line), "--port", "0"], stdout=subprocess.PIPE, text=True)
    PROCESSES.append(process)
    assert process.stdout is not None
    said = [process.stdout.readline(), process.stdout.readline()]
    SERVED["http://127.0.0.1:8080"] = said[1].split("=")[1].strip()
    return "".join(said)


def shell(words: list[str]) -> str:
    online = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE" or not SERVED}
    done = subprocess.run(words, capture_output=True, text=True, env=online)
    assert done.returncode == 0, f"{words}\n{done.stderr}"
    return done.stdout
