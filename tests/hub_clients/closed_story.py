"""What a model developer is told of a withdrawn version. Runs inside a client's environment; prints one JSON line.

Argument: {closed: a dataset whose v1.0.0 is withdrawn, on_top: one whose `main` goes on from a withdrawn version, path, work}.
Each call → [type of the error, everything that its message says]; what was given out → ["given", ""].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import huggingface_hub
from datasets import load_dataset
from huggingface_hub import HfFileSystem

GIVEN = json.loads(sys.argv[1])
CLOSED, ON_TOP, PATH, WORK = GIVEN["closed"], GIVEN["on_top"], GIVEN["path"], Path(GIVEN["work"])
SET = {"repo_type": "dataset"}

calls = {
    "load_dataset": lambda: load_dataset(CLOSED, revision="v1.0.0", cache_dir=str(WORK / "a")),
    "load_dataset main": lambda: load_dataset(ON_TOP, revision="main", cache_dir=str(WORK / "a")),
    "streaming": lambda: next(iter(load_dataset(CLOSED, revision="v1.0.0", split="train", streaming=True))),
    "hf_hub_download": lambda: huggingface_hub.hf_hub_download(CLOSED, PATH, revision="v1.0.0", cache_dir=WORK / "b", **SET),
    "hf_hub_download main": lambda: huggingface_hub.hf_hub_download(ON_TOP, PATH, cache_dir=WORK / "b", **SET),
    "snapshot_download": lambda: huggingface_hub.snapshot_download(CLOSED, revision="v1.0.0", cache_dir=WORK / "c", **SET),
    "hf://": lambda: HfFileSystem().open(f"datasets/{CLOSED}@v1.0.0/{PATH}").read(),
}


def told(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)]
    return ["given", ""]


print(json.dumps({name: told(call) for name, call in calls.items()}))
