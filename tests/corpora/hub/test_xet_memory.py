"""A xorb of 60 MiB is checked, and a file is rebuilt from it, without being in memory, mapped or read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MOST = 24 << 10  # KiB: room for some chunks of 1 MiB and their copies, for no xorb
PROGRAM = """
import sys
from hashlib import sha256
from pathlib import Path
import blake3, numpy, pyarrow
from corpora.catalog.blobs import Blobs
from corpora.catalog.xorbs import Xorbs
from corpora.hub.xet import endpoints, hashes, shard
from corpora.hub.xet.rebuild import Shelf, check, rebuild
from tests.corpora.hub import xet_files

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

root, count, chunk = Path(sys.argv[1]), 60, bytes(range(256)) * 4096
digest = hashes.xorb_hash([(hashes.chunk_hash(chunk), len(chunk))] * count)
name, partial, whole = hashes.to_text(digest), root / "partial", sha256()
with partial.open("wb") as file:
    for _ in range(count):
        file.write(xet_files.packed(chunk))
        whole.update(chunk)
before = peak()
xorbs = Xorbs(root, "nb", "2026q4-00000000")
assert endpoints._keep(xorbs, partial, digest, name)
said = xet_files.shard(xet_files.file(whole.hexdigest(), [xet_files.segment(name, count << 20, 0, count)]))
for one in shard.files(said):
    shelf = Shelf(xorbs)
    check(one, shelf)
    assert rebuild(one, shelf, Blobs(root)) == whole.hexdigest()
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read where Linux shows it")
def test_no_xorb_is_held_in_memory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < MOST
