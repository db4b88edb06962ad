"""The floor: W20 decided with plain psycopg2 and hand-written SQL, with the same durable writes.

Item, event, newly ready items and outbox row in one transaction, the project's row locked first; no
rules, no permissions, no clock, no hash chain, no notices. What a Python application cannot beat by
much, and what Kaigong's figures are divided by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class of another name

from bench.w20 import AFTER, COMMENT, DEPENDENTS, ITEMS

SCHEMA = """
CREATE TABLE project (id bigint PRIMARY KEY, scenario text NOT NULL,
  state text NOT NULL DEFAULT 'running', created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE edge (pre text, post text, PRIMARY KEY (pre, post));
CREATE INDEX ON edge (post);
CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id bigint NOT NULL REFERENCES project, code text NOT NULL, state text NOT NULL,
  ready_at timestamptz, due_at timestamptz, decided_at timestamptz, decided_by text, comment text,
  overdue_at timestamptz, UNIQUE (project_id, code));
CREATE INDEX item_due ON item (due_at) WHERE state = 'ready' AND overdue_at IS NULL;
CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id bigint NOT NULL,
  item_id bigint NOT NULL, kind text NOT NULL, actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), data jsonb NOT NULL);
CREATE INDEX ON event (project_id);
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL,
  data jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
"""
LOCK = "SELECT 1 FROM project WHERE id = %(p)s FOR UPDATE"
DECIDE = """UPDATE item SET state = 'approved', decided_at = clock_timestamp(), decided_by = %(who)s,
  comment = %(comment)s WHERE id = %(i)s AND state = 'ready'"""
EVENT = """INSERT INTO event (project_id, item_id, kind, actor, data)
  VALUES (%(p)s, %(i)s, 'approved', %(who)s, jsonb_build_object('comment', %(comment)s::text))"""
READY = """UPDATE item d SET state = 'ready', ready_at = now(), due_at = now() + interval '10 days'
  FROM edge e WHERE e.pre = %(code)s AND d.project_id = %(p)s AND d.code = e.post
  AND d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM edge f
    JOIN item q ON q.project_id = %(p)s AND q.code = f.pre
    WHERE f.post = d.code AND q.state <> 'approved')"""
OUTBOX = """INSERT INTO outbox (topic, data)
  VALUES ('item.approved', jsonb_build_object('project', %(p)s, 'item', %(i)s))"""
LAST = """UPDATE project SET state = 'done' WHERE id = %(p)s
  AND NOT EXISTS (SELECT 1 FROM item WHERE project_id = %(p)s AND state <> 'approved')"""


def connect(dsn: str) -> Connection:
    """A connection to the floor's own database."""
    return psycopg2.connect(dsn)


def create(dsn: str) -> None:
    """The floor's tables in an empty database."""
    with connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        edges = [(before, item) for item in ITEMS for before in AFTER[item]]
        cursor.executemany("INSERT INTO edge VALUES (%s, %s)", edges)


def start(connection: Connection, numbers: Sequence[int]) -> dict[int, Mapping[str, int]]:
    """Projects with their items; project number → item code → item number."""
    item_numbers: dict[int, Mapping[str, int]] = {}
    values = ", ".join(
        f"(%s, '{i}', 'waiting', NULL, NULL)"
        if AFTER[i]
        else f"(%s, '{i}', 'ready', now(), now() + interval '10 days')"
        for i in ITEMS
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("INSERT INTO project (id, scenario) VALUES (%s, 'w20')", (number,))
            cursor.execute(
                "INSERT INTO item (project_id, code, state, ready_at, due_at) VALUES "  # noqa: S608
                + values
                + " RETURNING code, id",
                (number,) * len(ITEMS),
            )
            item_numbers[number] = dict(cursor.fetchall())
            connection.commit()
    return item_numbers


def decide(connection: Connection, number: int, items: Mapping[str, int], code: str) -> None:
    """One decision: seven round trips, one transaction."""
    values = {
        "p": number, "i": items[code], "who": f"officer-{code}", "comment": COMMENT, "code": code,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        cursor.execute(DECIDE, values)
        if cursor.rowcount != 1:
            raise RuntimeError(code)
        cursor.execute(EVENT, values)
        cursor.execute(READY if DEPENDENTS[code] else LAST, values)
        cursor.execute(OUTBOX, values)
    connection.commit()
