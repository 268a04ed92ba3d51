"""`yuliao serve` with patience of a moment, for tests in which somebody is slow: python -m tests.corpora.hub.impatient --port … --catalog …"""

from __future__ import annotations

import sys
from pathlib import Path

from corpora.catalog import Catalog
from corpora.hub import http_protocol, sending
from corpora.hub.server import Settings
from corpora.hub.serving import listening, serve

SILENCE = 2.0

if __name__ == "__main__":
    _, port, _, root = sys.argv[1:]
    sending.STALLED_AFTER = http_protocol.HEADERS_WITHIN = SILENCE
    http_protocol.LINGERING = 20.0  # ends as soon as the client has closed too
    serve(Catalog(Path(root)), listening("127.0.0.1", int(port)), Settings(loopback=True, silence=SILENCE))
