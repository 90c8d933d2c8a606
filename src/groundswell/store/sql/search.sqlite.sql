-- name: index_text
-- Make a record findable; the row is named by the record's seq.
INSERT INTO search (rowid, title, text) VALUES (:seq, :title, :text);

-- name: unindex_text
-- Take a record out of the index; needs the words it was indexed with.
INSERT INTO search (search, rowid, title, text) VALUES ('delete', :seq, :title, :text);

-- name: merge_index
-- Rewrite the index into one piece, so that nothing of deleted words stays on disk.
INSERT INTO search (search) VALUES ('optimize');

-- name: index_structure
-- How the index lies on disk (sqlite.org/fts5.html#fts5_data_structures).
SELECT block FROM search_data WHERE id = 10;

-- name: empty_index
-- Forget all words.
INSERT INTO search (search) VALUES ('delete-all');

-- name: fill_index
-- Make every public record that has words findable.
INSERT INTO search (rowid, title, text)
SELECT seq_from, title, text FROM records
WHERE seq_to = :open AND state = 'public' AND content != '';

-- name: search_records
-- Public records holding all words, best first.
SELECT r.* FROM search s JOIN records r ON r.seq_from = s.rowid
WHERE search MATCH :words AND r.seq_to = :open AND r.state = 'public'
ORDER BY s.rank, r.id LIMIT :limit OFFSET :offset;

-- name: count_found
-- How many records hold all words.
SELECT COUNT(*) AS found FROM search s JOIN records r ON r.seq_from = s.rowid
WHERE search MATCH :words AND r.seq_to = :open AND r.state = 'public';
