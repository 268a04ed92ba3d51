"""data-juicer's equivalents of the healthcare recipe, as one run of its own executor: PYTHON peer_data_juicer.py IN OUT NP.

PYTHON is the interpreter of a virtual environment with requirements-peers.txt. What is in its favour: no cache files,
no tracer, no resource monitor, its automatic fusion of operators, its own batch size, Parquet out, the fewest
permutations that we use (128), one process per core. It does less than the recipe: no markup, no hard line breaks, no
identifiers but e-mails and IPs, one signal where we measure dozens, no verification of near duplicates, no ledger.
Prints one JSON object: seconds from import to the end (the caller measures the whole process), and rows kept.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

STEPS = [
    {"fix_unicode_mapper": {"normalization": "NFC"}},
    {"clean_email_mapper": {}},
    {"clean_links_mapper": {}},
    {"clean_ip_mapper": {}},
    {"whitespace_normalization_mapper": {}},
    {"chinese_convert_mapper": {"mode": "t2s"}},
    {"text_length_filter": {"min_len": 10, "max_len": 1_000_000}},
    {"alphanumeric_filter": {"tokenization": False, "min_ratio": 0.0, "max_ratio": 1.0}},
    {"special_characters_filter": {"min_ratio": 0.0, "max_ratio": 0.9}},
    {"character_repetition_filter": {"rep_len": 10, "min_ratio": 0.0, "max_ratio": 0.9}},
    {"document_deduplicator": {"lowercase": False, "ignore_non_character": False}},
    {
        "document_minhash_deduplicator": {
            "tokenization": "character",
            "window_size": 5,
            "lowercase": False,
            "num_permutations": 128,
            "jaccard_threshold": 0.8,
        }
    },
]


def settings(source: str, target: str, workers: int, folder: str) -> dict[str, object]:
    return {
        "project_name": "bench",
        "dataset_path": source,
        "export_path": target,
        "export_type": "parquet",
        "work_dir": folder,
        "np": workers,
        "text_keys": "text",
        "use_cache": False,
        "open_tracer": False,
        "open_monitor": False,
        "op_fusion": True,
        "fusion_strategy": "greedy",
        "auto_op_parallelism": False,
        "keep_stats_in_res_ds": False,
        "process": STEPS,
    }


def main() -> None:
    source, target, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(json.dumps(settings(source, target, workers, folder)), "utf-8")  # JSON is YAML
        began = time.perf_counter()
        from data_juicer.config import init_configs  # type: ignore[import-not-found]
        from data_juicer.core import DefaultExecutor  # type: ignore[import-not-found]

        executor = DefaultExecutor(init_configs(["--config", str(config)]))
        started = time.perf_counter()
        kept = executor.run(load_data_np=workers)
        ended = time.perf_counter()
    # data-juicer has put its log in place of sys.stdout
    print(json.dumps({"start": started - began, "work": ended - started, "kept": len(kept)}), file=sys.__stdout__)


if __name__ == "__main__":
    main()
