"""The sandbox's little books: one SQLite file of documents in Razorpay's shapes.

A document is what the API would answer, plus private facts under names with an underscore.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

Doc = dict[str, Any]

LINKS = ("order_id", "payment_id", "subscription_id", "plan_id", "receipt", "email", "customer_id")

SCHEMA = """
CREATE TABLE objects (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL, mode TEXT NOT NULL,
    created_at INTEGER NOT NULL, due_at INTEGER, body TEXT NOT NULL);
CREATE INDEX listed ON objects (kind, account, mode, created_at, seq);
CREATE INDEX falling_due ON objects (due_at, seq) WHERE due_at IS NOT NULL;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    account TEXT NOT NULL, mode TEXT NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, type TEXT NOT NULL, webhook_id TEXT NOT NULL,
    url TEXT NOT NULL, secret TEXT, status TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    due_at REAL, answered INTEGER, answer TEXT);
CREATE INDEX waiting ON deliveries (webhook_id, due_at, seq) WHERE status = 'pending';
"""
VERSION = 2


class Merchant(NamedTuple):
    """Whose books: one account in one mode. Test and live never see each other."""

    account: str
    mode: str


def owner(doc: Doc) -> Merchant:
    return Merchant(doc["_account"], doc["_mode"])


def public(doc: Doc) -> Doc:
    return {name: value for name, value in doc.items() if not name.startswith("_")}


class Books:
    """Not safe for threads by itself: World.turn lets in one at a time."""

    def __init__(self, data: str) -> None:
        self._db = sqlite3.connect(_file_in(data), check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._loaded: dict[str, Doc] = {}
        self._prepare()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        # A crash of the machine may cost the last moments; a crash of the process may not.
        self._db.execute("PRAGMA synchronous = OFF")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version < VERSION:
            # Version 1 had fewer links, and is otherwise the same.
            indexes = [
                f"CREATE INDEX IF NOT EXISTS by_{link}"
                f" ON objects (json_extract(body, '$.{link}'), kind);"
                for link in LINKS
            ]
            mark = f"PRAGMA user_version = {VERSION};"
            self._db.executescript((SCHEMA if version == 0 else "") + "".join(indexes) + mark)
        elif version != VERSION:
            raise RuntimeError("These sandbox data are of another version: remove them.")

    def begin(self) -> None:
        self._db.execute("BEGIN")

    def commit(self) -> None:
        self._db.execute("COMMIT")
        self._loaded.clear()

    def roll_back(self) -> None:
        self._db.execute("ROLLBACK")
        self._loaded.clear()

    def close(self) -> None:
        self._db.close()

    def forget(self) -> None:
        """Objects were removed behind the documents that this turn has loaded."""
        self._loaded.clear()

    def add(self, merchant: Merchant, doc: Doc) -> Doc:
        doc.update(_account=merchant.account, _mode=merchant.mode)
        return self.put(doc)

    def put(self, doc: Doc) -> Doc:
        self.run(
            "INSERT INTO objects (kind, id, account, mode, created_at, due_at, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, body = excluded.body",
            *(doc["entity"], doc["id"], doc["_account"], doc["_mode"], doc["created_at"]),
            *(doc.get("_due_at"), json.dumps(doc, ensure_ascii=False)),
        )
        self._loaded[doc["id"]] = doc
        return doc

    def get(self, doc_id: str) -> Doc | None:
        rows = self.run("SELECT id, body FROM objects WHERE id = ?", doc_id)
        return self._docs(rows)[0] if rows else None

    def the(self, doc_id: str) -> Doc:
        """One that must be there, because another document names it."""
        doc = self.get(doc_id)
        if doc is None:
            raise LookupError(doc_id)
        return doc

    def all(self, kind: str, **links: str) -> list[Doc]:
        """Oldest first, of every merchant."""
        wanted = "".join(f" AND json_extract(body, '$.{link}') = ?" for link in links)
        sql = f"SELECT id, body FROM objects WHERE kind = ?{wanted} ORDER BY created_at, seq"
        return self._docs(self.run(sql, kind, *links.values()))

    def page(
        self,
        kind: str,
        merchant: Merchant,
        *,
        since: int,
        until: int,
        count: int,
        skip: int,
        **links: str,
    ) -> list[Doc]:
        """Newest first, as Razorpay lists."""
        wanted = "".join(f" AND json_extract(body, '$.{link}') = ?" for link in links)
        sql = (
            "SELECT id, body FROM objects WHERE kind = ? AND account = ? AND mode = ?"
            f" AND created_at BETWEEN ? AND ?{wanted}"
            " ORDER BY created_at DESC, seq DESC LIMIT ? OFFSET ?"
        )
        rows = self.run(sql, kind, *merchant, since, until, *links.values(), count, skip)
        return self._docs(rows)

    def next_due(self, until: float) -> tuple[str, int] | None:
        rows = self.run(
            "SELECT id, due_at FROM objects WHERE due_at <= ? ORDER BY due_at, seq LIMIT 1", until
        )
        return (rows[0]["id"], rows[0]["due_at"]) if rows else None

    def setting(self, name: str, default: Any = None) -> Any:
        rows = self.run("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def keep_setting(self, name: str, value: Any) -> None:
        self.run("REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))

    def run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def _docs(self, rows: list[sqlite3.Row]) -> list[Doc]:
        # Within one turn a document is one object, so that no stale copy overwrites a change.
        return [self._loaded.setdefault(row["id"], json.loads(row["body"])) for row in rows]


def _file_in(data: str) -> str:
    if data == ":memory:":
        return data
    folder = Path(data)
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "sandbox.sqlite3")
