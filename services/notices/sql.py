"""The statements behind :mod:`services.notices.notices`: set by set, whatever the number of people."""

from __future__ import annotations

from sqlalchemy import text

from models.tables import delivery
from services.notices.texts import COLUMNS, JOINS
from services.seals import sealed, sealing

#: A channel's name: its kind and its place among the person's channels, nothing secret.
_CHANNEL = """
coalesce(lower(substring(u.url from '^([A-Za-z][A-Za-z0-9+.-]{0,19}):')), 'channel')
|| '-' || u.place
"""

#: One delivery to everyone concerned, on each of their channels, and one to each alert channel.
_DELIVERIES = f"""INSERT INTO delivery (notice_id, account, channel, state, next_attempt_at, sent_at, created_at)
    SELECT r.id, r.login, 'portal', 'sent', NULL, CAST(:now AS timestamptz), r.created_at
        FROM reader r
    UNION ALL SELECT r.id, r.login, {_CHANNEL}, 'pending', :now, NULL, r.created_at
        FROM reader r CROSS JOIN unnest(r.channels) WITH ORDINALITY AS u(url, place)
        WHERE u.url <> ''
    UNION ALL SELECT b.id, NULL, c.name, 'pending', :now, NULL, b.created_at
        FROM batch b CROSS JOIN unnest(CAST(:alerts AS text[])) AS c(name)
        WHERE b.template = ANY(CAST(:alert_templates AS text[])) AND NOT EXISTS (
            SELECT FROM notice o WHERE o.project_id = b.project_id AND o.seq = b.seq
            AND o.template = b.template AND o.id < b.id)
    ON CONFLICT DO NOTHING"""  # noqa: S608 - put together from constants

#: Who is concerned by a batch of notices; deliveries to them; the batch marked as done.
#: What is in the portal is there with the commit. Of the notices of one event one is an alert.
EXPAND = text(
    f"""
WITH batch AS (
    SELECT n.*, split_part(n.audience, ':', 2) AS named FROM notice n
    WHERE n.expanded_at IS NULL ORDER BY n.id LIMIT :limit FOR UPDATE SKIP LOCKED
), away AS (
    SELECT * FROM unnest(CAST(:away AS text[]), CAST(:acting AS text[])) AS w(login, acting)
), concerned AS (
    SELECT b.id, a.login FROM batch b JOIN project p ON p.id = b.project_id
        JOIN account a ON a.enterprise = p.enterprise WHERE b.audience = 'enterprise'
    UNION SELECT b.id, CASE WHEN w.login IS NULL THEN p.steward ELSE w.acting END
        FROM batch b JOIN project p ON p.id = b.project_id
        LEFT JOIN away w ON w.login = p.steward WHERE b.audience = 'steward'
    UNION SELECT b.id, a.login FROM batch b JOIN project p ON p.id = b.project_id
        JOIN account a ON a.role IN ('administrator', 'leader')
        WHERE b.audience = 'steward' AND NOT EXISTS (
            SELECT FROM account s WHERE s.login = p.steward AND s.active
            AND s.role = 'project_steward'
            AND NOT EXISTS (SELECT FROM away w WHERE w.login = s.login AND w.acting IS NULL))
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.enterprise = b.named
        WHERE b.audience LIKE 'enterprise:%'
    UNION SELECT b.id, b.named FROM batch b WHERE b.audience LIKE 'handler:%'
        OR b.audience LIKE 'person:%'
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.department = b.named
        AND a.role IN ('handler', 'approver') WHERE b.audience LIKE 'department:%'
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.department = b.named
        AND a.role = 'department_head' WHERE b.audience LIKE 'department_head:%'
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.role = 'window_clerk'
        WHERE b.audience LIKE 'window:%'
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.department = b.named
        AND a.role IN ('handler', 'approver') WHERE b.audience LIKE 'window:%'
        AND NOT EXISTS (SELECT FROM account w WHERE w.role = 'window_clerk' AND w.active)
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.role = b.audience
        WHERE b.audience IN ('leader', 'government_head')
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.role = 'administrator'
        WHERE b.audience = 'administrator'
    UNION SELECT b.id, a.login FROM batch b JOIN account a ON a.role = 'administrator'
        AND a.login <> b.named WHERE b.audience LIKE 'administrators_but:%'
), reader AS (
    SELECT b.id, b.created_at, a.login, a.channels FROM concerned c JOIN batch b ON b.id = c.id
        JOIN account a ON a.login = c.login AND a.active
), {sealing(delivery, _DELIVERIES, changed="made")}, expanded AS (
    UPDATE notice n SET expanded_at = :now FROM batch b WHERE n.id = b.id RETURNING 1
)
SELECT (SELECT count(*) FROM expanded) AS notices, (SELECT count(*) FROM made) AS deliveries,
    (SELECT count(*) FROM batch b WHERE NOT EXISTS (SELECT FROM reader r WHERE r.id = b.id))
    AS unheard
"""  # noqa: S608 - put together from constants
)

#: The attempt is counted with the claim: a letter that kills its deliverer is not tried for ever.
CLAIM = text(
    """
WITH due AS (
    SELECT id FROM delivery WHERE state = 'pending' AND next_attempt_at <= :now
    AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    ORDER BY next_attempt_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE delivery d SET attempts = attempts + 1,
    claimed_until = clock_timestamp() + make_interval(secs => :lease)
FROM due WHERE d.id = due.id RETURNING d.id
"""
)
CLAIMED = text(
    f"""
SELECT d.id, d.account, d.channel, d.attempts, d.claimed_until, n.seq, a.language, {COLUMNS},
    (SELECT u.url FROM unnest(a.channels) WITH ORDINALITY AS u(url, place)
     WHERE (a.active OR n.template = 'account_invited') AND {_CHANNEL} = d.channel) AS url
FROM delivery d JOIN notice n ON n.id = d.notice_id LEFT JOIN account a ON a.login = d.account
{JOINS} WHERE d.id = ANY(:ids)
"""  # noqa: S608 - put together from constants
)

# A receipt of success counts whoever writes it; one of failure only from whoever has the claim.
SENT = sealed(
    delivery,
    "UPDATE delivery SET state = 'sent', sent_at = :now, next_attempt_at = NULL,"
    " claimed_until = NULL, detail = NULL WHERE id = :id AND state <> 'sent'",
)
POSTPONED = text(
    "UPDATE delivery SET claimed_until = NULL, detail = :reason,"
    " next_attempt_at = CAST(:now AS timestamptz) + make_interval(secs => :wait)"
    " WHERE id = :id AND state = 'pending' AND claimed_until = :claimed_until"
)
UNTOUCHED = text(
    "UPDATE delivery SET claimed_until = NULL, attempts = attempts - 1,"
    " next_attempt_at = CAST(:now AS timestamptz) + make_interval(secs => :wait)"
    " WHERE id = :id AND state = 'pending' AND claimed_until = :claimed_until"
)
GIVEN_UP = sealed(
    delivery,
    "UPDATE delivery SET state = 'failed', claimed_until = NULL, detail = :reason,"
    " next_attempt_at = NULL"
    " WHERE id = :id AND state = 'pending' AND claimed_until = :claimed_until",
)
