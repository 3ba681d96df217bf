"""What outlives a run: results, blobs, the history of runs, and what files were seen to hold.

Everything starts at a `Home`, one folder that several processes may use at once:

    with Home.open(default_home()) as home, home.use():
        digest, size = home.blobs.add_file(path)
        home.cache.put_many([entry])

`gc`, `verify` and `stats` look after it.
"""

from engine.store.blobs import BlobStore, digest_file
from engine.store.cache import Cache, CachedResult, CacheEntry
from engine.store.files import Files, Fingerprint
from engine.store.gc import GcReport, gc
from engine.store.history import FINISHED, History, RunRecord, RunStatus, TaskRecord
from engine.store.home import Home, default_home
from engine.store.job import Job, JobState
from engine.store.journal import Journal
from engine.store.ledger import SpendRow
from engine.store.stats import StoreStats, TypeStats, stats
from engine.store.verify import VerifyReport, verify

__all__ = [
    "FINISHED",
    "BlobStore",
    "Cache",
    "CacheEntry",
    "CachedResult",
    "Files",
    "Fingerprint",
    "GcReport",
    "History",
    "Home",
    "Job",
    "JobState",
    "Journal",
    "RunRecord",
    "RunStatus",
    "SpendRow",
    "StoreStats",
    "TaskRecord",
    "TypeStats",
    "VerifyReport",
    "default_home",
    "digest_file",
    "gc",
    "stats",
    "verify",
]
