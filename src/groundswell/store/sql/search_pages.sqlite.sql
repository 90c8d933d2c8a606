-- name: page_found
-- Records of the snapshot holding all words, newest first, so that the order never shifts;
-- communities that are never quoted cannot be searched.
SELECT r.id, r.kind, r.unit, r.community, r.outlet, r.title, r.text, r.day, r.published,
  r.precision
FROM search s JOIN records r ON r.seq_from = s.rowid
WHERE search MATCH :words AND r.seq_to = :open AND r.state = 'public'
  AND r.seq_from <= :seq AND r.available <= :as_of
  AND INSTR(:silent, '|' || r.community || '|') = 0
ORDER BY r.published DESC, r.id LIMIT :limit OFFSET :offset;

-- name: page_count_found
-- How many records of the snapshot hold all words.
SELECT COUNT(*) AS found FROM search s JOIN records r ON r.seq_from = s.rowid
WHERE search MATCH :words AND r.seq_to = :open AND r.state = 'public'
  AND r.seq_from <= :seq AND r.available <= :as_of
  AND INSTR(:silent, '|' || r.community || '|') = 0;
