"""Children that begin with all the code read: a kill costs what is killed, not the way there."""

from __future__ import annotations

import multiprocessing

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["tests.storage.warm"])
