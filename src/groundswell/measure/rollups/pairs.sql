-- rollup: pairs
-- Which voices named two entities in one record, per day and community.
DELETE FROM pairs WHERE day = :day AND community = :cell;
INSERT INTO pairs (day, community, a, b, unit, author, seen, records)
WITH counted AS (
  SELECT r.id, r.day, r.community, r.unit, r.seen,
         CASE WHEN r.unit = 'outlet' THEN r.outlet ELSE r.author END AS author
  FROM records r
  JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from  -- what nobody read is not counted
  LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates' AND k.seq_to = :open
  WHERE r.day = :day AND r.community = :cell AND r.seq_to = :open AND r.state = 'public'
    AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_to = :open)
    AND COALESCE(k.lead, 1) = 1
),
named AS (
  SELECT DISTINCT c.id, a.value AS slug
  FROM counted c CROSS JOIN annotations a  -- in this order: from the cell to its labels
  WHERE a.record_id = c.id AND a.seq_to = :open AND a.layer = 'entities'
)
SELECT c.day, c.community, x.slug, y.slug, c.unit, c.author, c.seen, COUNT(*)
FROM counted c JOIN named x ON x.id = c.id JOIN named y ON y.id = c.id AND x.slug < y.slug
GROUP BY c.day, c.community, x.slug, y.slug, c.unit, c.author, c.seen;
