-- name: unnamed_spans
-- Names the reader found that no entity of the desk covers, with the words around them.
SELECT a.record_id, a.value, a.start, a.stop, a.n, r.title, r.text, r.author, r.outlet, r.community
FROM records r CROSS JOIN annotations a  -- in this order: from the days to their labels
WHERE a.record_id = r.id AND a.layer = 'names' AND a.seq_from <= :seq AND a.seq_to > :seq
  AND r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations e WHERE e.record_id = r.id AND e.layer = 'entities'
                  AND e.seq_from <= :seq AND e.seq_to > :seq AND e.start < a.stop AND e.stop > a.start)
ORDER BY a.record_id, a.n, a.seq_from, r.seq_from;

-- name: unnamed_last
-- The newest day with records.
SELECT MAX(day) AS day FROM records WHERE seq_to = :open;
