"""How a snapshot is merged into the row of what it is a snapshot of.

The law (docs/books.md): for any set of snapshots, every order of arrival, with any repeats, leaves
the same row. It holds because each field obeys one of three rules that do not ask who came first:

* `latest` - the value of the snapshot with the greatest mark that *has* the field, null included.
* `first` - the value that the earliest snapshot gave; null never counts; a different value is kept
  beside it, in `conflicts`, for a person to see.
* `most` - the greatest number seen.

A mark is a tuple, compared from the left, that ends in the SHA-256 of the body, so that two
different snapshots are never equal. Most fields carry the mark of their row; `marks` holds only
those that differ, because the newest snapshot lacked the field.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models

Mark = list[Any]  # a JSON column gives lists back, and lists compare as tuples do


class Merged(models.Model):
    """The columns that merging needs beside the merged fields."""

    mark = models.JSONField(default=list)
    marks = models.JSONField(default=dict)
    conflicts = models.JSONField(default=dict)

    class Meta:
        abstract = True


@contextmanager
def saving(row: models.Model) -> Iterator[None]:
    """Save what the block changed: the new row, or just the changed columns, or nothing."""
    adding = row._state.adding
    columns = [field.attname for field in row._meta.concrete_fields]
    # Not the whole row: it holds on to its order, its gateway and all that was read with it.
    before = {name: copy.deepcopy(row.__dict__.get(name)) for name in columns}
    yield
    if adding:
        row.save()
        return
    changed = [name for name in columns if getattr(row, name) != before[name]]
    if changed:
        row.save(update_fields=changed)


def latest(row: Merged, given: dict[str, Any], names: tuple[str, ...], mark: Mark) -> bool:
    """Merge state fields. True when this snapshot is the newest so far."""
    newest: bool = mark > row.mark
    if newest:
        for name in names:
            if name not in given:
                row.marks.setdefault(name, row.mark)
        row.mark = mark
    for name in names:
        if name not in given:
            continue
        if newest or mark > row.marks.get(name, row.mark):
            setattr(row, name, given[name])
            remember(row, name, mark)
    return newest


def remember(row: Merged, name: str, mark: Mark) -> None:
    """Note whose value this is: nothing to note when it is the row's own mark."""
    if mark == row.mark:
        row.marks.pop(name, None)
    else:
        row.marks[name] = mark


def first(row: Merged, given: dict[str, Any], names: tuple[str, ...], as_of: int) -> None:
    """Merge fields that are set once: ids, links, addresses."""
    for name in names:
        value = given.get(name)
        if value in (None, "", {}, []):
            continue
        seen = [tuple(pair) for pair in row.conflicts.get(name, [])]
        held = getattr(row, name)
        if held not in (None, "", {}, []):
            # What no snapshot gave is our own record, and older than all of them.
            seen.append((row.marks.get(f"first {name}", 0), held))
        seen = earliest_of_each([*seen, (as_of, value)])
        when, winner = seen[0]
        setattr(row, name, winner)
        row.marks[f"first {name}"] = when
        if len(seen) > 1:
            row.conflicts[name] = [list(pair) for pair in seen[1:]]


def earliest_of_each(seen: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Each different value once, with the earliest time it was given, earliest first."""
    ordered = sorted(seen, key=lambda pair: (pair[0], json.dumps(pair[1], sort_keys=True)))
    kept: dict[str, tuple[int, Any]] = {}
    for when, value in ordered:
        kept.setdefault(json.dumps(value, sort_keys=True), (when, value))
    return list(kept.values())


def most(row: Merged, given: dict[str, Any], names: tuple[str, ...]) -> None:
    """Merge counters: the greatest number seen."""
    for name in names:
        value = given.get(name)
        if value is not None and value > (getattr(row, name) or 0):
            setattr(row, name, value)


def earliest(held: Any, given: Any) -> Any:
    """The smaller of two times, where None is no time."""
    return min((t for t in (held, given) if t is not None), default=None)
