"""The peak memory of the catalog server while a client uploads by Xet: `python -m benchmarks.hub_upload_memory [--size 200]`.

One file of random bytes, sent by huggingface_hub and hf_xet as they are installed here. The bar: 300 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.hub_places import MB, hub, random_file
from corpora.catalog import Catalog

BAR = 300
_CLIENT = """
import sys
from huggingface_hub import HfApi
api = HfApi(token=False)
api.create_repo("bench/upload", repo_type="dataset")
api.upload_file(path_or_fileobj=sys.argv[1], path_in_repo="a.bin", repo_id="bench/upload", repo_type="dataset")
"""


def peak(pid: int) -> float:
    """Resident memory at its highest so far, in MB."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024 / MB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=200, help="MB of the file")
    size = parser.parse_args().size
    with tempfile.TemporaryDirectory() as folder:
        catalog, path = Catalog(Path(folder) / "catalog"), random_file(Path(folder) / "a.bin", size * MB)
        with hub(catalog) as (url, pid):
            before = peak(pid)
            environment = {**os.environ, "HF_ENDPOINT": url, "HF_HOME": folder, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
            subprocess.run(
                [sys.executable, "-c", _CLIENT, str(path)], env=environment, check=True, stdout=subprocess.DEVNULL
            )
            after = peak(pid)
        by = "Xet" if any((catalog.root / "xet").glob("*/*/*/*")) else "LFS"
    kept = by == "Xet" and after < BAR
    print(f"{'kept  ' if kept else 'MISSED'} {size} MB by {by}: peak {before:.0f} → {after:.0f} MB (bar {BAR})")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
