-- name: current_indicator
-- What a series is held to stand at on one day.
SELECT value, unit, n, low, high, break_ FROM indicators
WHERE series = :series AND source = :source AND day = :day AND seq_to = :open;

-- name: close_indicator
-- End the value that holds now.
UPDATE indicators SET seq_to = :seq
WHERE series = :series AND source = :source AND day = :day AND seq_to = :open;

-- name: insert_indicator
-- A value of a series on one day.
INSERT INTO indicators (series, source, day, value, unit, n, low, high, break_, seq_from, seq_to)
VALUES (:series, :source, :day, :value, :unit, :n, :low, :high, :break_, :seq, :open);

-- name: indicator_series
-- Every series with its unit and its span, as of a point in the log.
SELECT series, source, MIN(unit) AS unit, MIN(day) AS first, MAX(day) AS last, COUNT(*) AS days
FROM indicators WHERE seq_from <= :seq AND seq_to > :seq
GROUP BY series, source ORDER BY series, source;

-- name: indicator_values
-- The values of one series over some days, as of a point in the log.
SELECT series, source, day, value, unit, n, low, high, break_ FROM indicators
WHERE series = :series AND source = :source AND day >= :first AND day <= :last
  AND seq_from <= :seq AND seq_to > :seq
ORDER BY day;

-- name: current_item
-- What is held of a ticket or a reply.
SELECT ticket, repo, kind, author, role, bot, opened, closed, merged FROM items
WHERE record_id = :record_id AND seq_to = :open;

-- name: close_item
-- End what holds now.
UPDATE items SET seq_to = :seq WHERE record_id = :record_id AND seq_to = :open;

-- name: insert_item
-- What the platform says of a ticket or a reply.
INSERT INTO items (record_id, ticket, repo, kind, author, role, bot, opened, closed, merged,
  seq_from, seq_to)
VALUES (:record_id, :ticket, :repo, :kind, :author, :role, :bot, :opened, :closed, :merged,
  :seq, :open);

-- name: drop_items
-- Forget what a platform said of an erased record.
DELETE FROM items WHERE record_id = :id;

-- name: husk_items
-- Replies to an erased ticket no longer name it.
UPDATE items SET ticket = :husk WHERE ticket = :id;

-- name: item_repos
-- Repositories with the span of what is held of them.
SELECT repo, COUNT(*) AS items, MIN(opened) AS first, MAX(opened) AS last
FROM items WHERE seq_from <= :seq AND seq_to > :seq
GROUP BY repo ORDER BY repo;

-- name: items_of
-- Everything held of a repository's tickets and replies, as of a point in the log.
SELECT i.record_id, i.ticket, i.kind, i.author, i.role, i.bot, i.opened, i.closed, i.merged
FROM items i
WHERE i.repo = :repo AND i.seq_from <= :seq AND i.seq_to > :seq
ORDER BY i.opened, i.record_id;

-- name: ticket_texts
-- The words of a repository's tickets, as of a point in the log.
SELECT r.id, r.title, r.text, r.url
FROM records r JOIN items i ON i.record_id = r.id AND i.seq_from <= :seq AND i.seq_to > :seq
WHERE i.repo = :repo AND i.kind IN ('issue', 'change') AND r.state = 'public'
  AND r.seq_from <= :seq AND r.seq_to > :seq
ORDER BY r.id;

-- name: responses
-- Commits on files that say how a project takes contributions, newest first.
SELECT r.id, r.community, r.title, r.url, r.day, r.root FROM records r
WHERE r.kind = 'post' AND r.source = 'github' AND r.state = 'public'
  AND r.root <> r.id AND r.seq_from <= :seq AND r.seq_to > :seq
ORDER BY r.published DESC, r.id;

-- name: last_item
-- The newest entry of the log about a ticket or a reply; 0 for none.
SELECT COALESCE(MAX(seq), 0) AS seq FROM log WHERE kind = 'item';
