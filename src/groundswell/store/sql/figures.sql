-- name: figures_voices
-- Who wrote on a subject, by day, community, author, thread and length; whatever its arrival.
SELECT day, community, author, thread, length_bin,
       SUM(records) AS records, SUM(copies) AS copies, SUM(read) AS read,
       SUM(score_sum) AS score_sum, SUM(positive) AS positive, SUM(negative) AS negative
FROM voices
WHERE subject = :subject AND unit = :unit AND day >= :start AND day < :stop AND seen <= :seen
GROUP BY day, community, author, thread, length_bin
ORDER BY day, community, author, thread, length_bin;

-- name: figures_named
-- Voices of every entity in a window, for ranks.
SELECT subject, community, author, SUM(records) AS records
FROM voices
WHERE SUBSTR(subject, 1, 7) = 'entity/' AND unit = :unit AND day >= :start AND day < :stop
  AND seen <= :seen AND author <> ''
GROUP BY subject, community, author
HAVING SUM(records) > 0
ORDER BY subject, community, author;

-- name: figures_company
-- Voices that named an entity together with another one, by the other one.
SELECT CASE WHEN a = :slug THEN b ELSE a END AS other, community, author,
       SUM(records) AS records
FROM pairs
WHERE (a = :slug OR b = :slug) AND unit = :unit AND day >= :start AND day < :stop
  AND seen <= :seen AND author <> ''
GROUP BY CASE WHEN a = :slug THEN b ELSE a END, community, author
ORDER BY other, community, author;

-- name: figures_places
-- Communities with any counted record of a unit, and the first and last day of each.
SELECT community, MIN(day) AS first, MAX(day) AS last
FROM voices
WHERE subject = '*' AND unit = :unit AND seen <= :seen
GROUP BY community
ORDER BY community;

-- name: figures_active
-- Distinct authors of one community in a window, whatever they wrote about.
SELECT COUNT(DISTINCT author) AS people
FROM voices
WHERE subject = '*' AND unit = 'person' AND community = :community AND day >= :start
  AND day < :stop AND seen <= :seen AND author <> '' AND records > 0;

-- name: figures_posts
-- Visible records that carry a label, copies marked, in order of time.
SELECT r.id, r.community, r.unit, r.kind, r.author, r.outlet, r.parent, r.root, r.url, r.title,
       r.text, r.lang, r.published, r.precision, r.day, r.size,
       COALESCE(k.grp, '') AS cluster, COALESCE(k.lead, 1) AS lead,
       s.value AS sentiment, s.score AS tone
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
LEFT JOIN annotations s ON s.record_id = r.id AND s.layer = 'sentiment' AND s.n = 0
     AND s.seq_from <= :seq AND s.seq_to > :seq
WHERE r.id IN (SELECT a.record_id FROM annotations a WHERE a.layer = :layer
               AND a.value = :value AND a.seq_from <= :seq AND a.seq_to > :seq)
  AND r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.published, r.id;

-- name: figures_post
-- One visible record by its id.
SELECT r.id, r.community, r.unit, r.kind, r.author, r.outlet, r.parent, r.root, r.url, r.title,
       r.text, r.lang, r.published, r.precision, r.day, r.size,
       COALESCE(k.grp, '') AS cluster, COALESCE(k.lead, 1) AS lead,
       s.value AS sentiment, s.score AS tone
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
LEFT JOIN annotations s ON s.record_id = r.id AND s.layer = 'sentiment' AND s.n = 0
     AND s.seq_from <= :seq AND s.seq_to > :seq
WHERE r.id = :id AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of
  AND r.state = 'public'
ORDER BY r.id, r.seq_from;

-- name: figures_spans
-- Where in their bodies records name an entity.
SELECT a.record_id, a.n, a.start, a.stop
FROM annotations a
WHERE a.layer = :layer AND a.value = :value AND a.seq_from <= :seq AND a.seq_to > :seq
  AND a.start IS NOT NULL
ORDER BY a.record_id, a.n, a.start;

-- name: figures_names
-- Every entity a record names, so that no private name slips into a quote.
SELECT a.value, a.n, a.start, a.stop
FROM annotations a
WHERE a.record_id = :id AND a.layer = 'entities' AND a.seq_from <= :seq AND a.seq_to > :seq
ORDER BY a.n, a.value;

-- name: figures_layer
-- The labels of one layer of a record.
SELECT a.value, a.n, a.score
FROM annotations a
WHERE a.record_id = :id AND a.layer = :layer AND a.seq_from <= :seq AND a.seq_to > :seq
ORDER BY a.n, a.value;

-- name: figures_replies
-- Counted replies anywhere in a thread within a window.
SELECT r.id, r.community, r.author, r.root, r.day, r.published
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.root = :root AND r.id <> :root AND r.day >= :start AND r.day < :stop
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND r.unit = 'person' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.published, r.id;

-- name: figures_answered
-- First posts of a window that carry a label, those most people replied to first.
SELECT p.id, p.day, COUNT(DISTINCT r.author) AS people
FROM records p
JOIN records r ON r.root = p.id AND r.id <> p.id AND r.author <> '' AND r.author <> p.author
     AND r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
     AND r.available <= :as_of AND r.state = 'public'
WHERE p.id IN (SELECT a.record_id FROM annotations a WHERE a.layer = :layer
               AND a.value = :value AND a.seq_from <= :seq AND a.seq_to > :seq)
  AND p.day >= :start AND p.day < :stop AND p.seq_from <= :seq AND p.seq_to > :seq
  AND p.available <= :as_of AND p.state = 'public' AND p.unit = 'person'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY p.id, p.day
ORDER BY people DESC, p.day, p.id;

-- name: figures_sharers
-- Counted records that carry one link, in order of time.
SELECT r.id, r.community, r.author, r.root, r.day, r.published, r.title
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.url = :url AND r.day >= :start AND r.day < :stop
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND r.unit = 'person' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.published, r.id;

-- name: figures_links
-- The links most people shared in a window.
SELECT r.url, COUNT(DISTINCT r.author) AS people, MIN(r.day) AS first
FROM records r
WHERE r.url <> '' AND r.author <> '' AND r.unit = 'person' AND r.day >= :start
  AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of
  AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY r.url
HAVING COUNT(DISTINCT r.author) >= :least
ORDER BY people DESC, r.url;

-- name: figures_exposure
-- Stretches in which less, or more, than usual was collected.
SELECT e.stream, e.community, e.start, e.stop, e.permille
FROM exposure e
WHERE e.seq_from <= :seq AND e.seq_to > :seq
ORDER BY e.stream, e.community, e.start, e.seq_from;

-- name: figures_streams
-- Which stream gathered which community.
SELECT r.community, r.stream
FROM records r
WHERE r.seq_from <= :seq AND r.seq_to > :seq
GROUP BY r.community, r.stream
ORDER BY r.community, r.stream;
