"""A real Label Studio: started on loopback without telemetry, found by process id, stopped; a busy port is an error."""

from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path

import label_studio_home
import pytest

from annotation import server
from annotation.label_studio import LabelStudio
from corpora.errors import UsageError, YuliaoError


def test_settings_leave_nothing_open_and_secrets_belong_to_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    settings = server.environment(tmp_path, tmp_path / "data")
    assert settings["COLLECT_ANALYTICS"] == settings["LATEST_VERSION_CHECK"] == "false"
    assert settings["SENTRY_DSN"] == settings["FRONTEND_SENTRY_DSN"] == "" and "PYTHONPATH" not in settings
    assert settings["LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN"] == settings["LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK"] == "true"
    assert settings == server.environment(tmp_path, tmp_path / "data") and len(settings["LABEL_STUDIO_USER_TOKEN"]) == 40
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (server.TOKEN, server.PASSWORD)} == {0o600}


def test_a_port_in_use_is_an_error_not_another_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError) as error:
            server.start(tmp_path, port=taken.getsockname()[1], python=tmp_path / "nowhere")
    assert "--port" in error.value.hint and server.running(tmp_path) is None


def test_a_reused_process_id_is_not_taken_for_the_server(tmp_path: Path) -> None:
    state = {"format": 1, "url": "http://127.0.0.1:1", "pid": os.getpid(), "started": "1", "data": ""}
    (tmp_path / server.STATE).write_text(json.dumps(state), "ascii")
    assert server.running(tmp_path) is None and server.stop(tmp_path) is False


def test_a_server_that_ends_at_once_is_told_and_leaves_no_state(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "label-studio"
    program.write_text("#!/bin/sh\nexit 3\n", "ascii")
    program.chmod(0o700)
    with pytest.raises(YuliaoError) as error:
        server.start(tmp_path, port=0, python=program.with_name("python"))
    assert server.LOG in error.value.hint and not (tmp_path / server.STATE).exists()


def test_nobody_there_is_said_plainly() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        free = one.getsockname()[1]
    with pytest.raises(UsageError) as error:
        LabelStudio(f"http://127.0.0.1:{free}", "0" * 40).who()
    assert "annotate serve" in error.value.hint


def listening(pid: int) -> set[str]:
    """Local addresses, in hex, that a process listens on (proc(5))."""
    inodes = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(os.readlink(handle))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                found.add(fields[1].rpartition(":")[0])
    return found


def test_the_real_one_listens_on_loopback_and_knows_its_token(running: server.Running, real: LabelStudio) -> None:
    assert real.who() == server.USER and server.USER in real.accounts().values()
    assert listening(running.pid) == {"0100007F"}, "127.0.0.1 and nothing else"
    with pytest.raises(UsageError) as error:
        LabelStudio(running.url, "0" * 40).who()
    assert "LABEL_STUDIO_TOKEN" in error.value.hint
    assert server.start(running.home) == running, "one that runs is not started again"


def test_the_real_one_stops_by_its_id(label_studio_python: None, tmp_path: Path) -> None:
    home = tmp_path / "home"
    python = label_studio_home.copy(home)
    found = server.start(home, port=0, python=python)
    assert server.running(home) == found
    assert server.stop(home) is True and server.running(home) is None and server.stop(home) is False
    assert not Path(f"/proc/{found.pid}").exists() or server._born(found.pid) != found.started


def test_refusals_never_repeat_what_was_sent(real: LabelStudio) -> None:
    secret = "患者王小明的电话是13812345678"
    with pytest.raises(YuliaoError) as error:
        real.import_tasks(999999, [{"data": {"text": secret}}])
    assert secret not in str(error.value) + error.value.hint and error.value.__cause__ is None
    with pytest.raises(UsageError):
        real.create(title="x", description="", config="<View><Nothing", guidelines="")
