-- name: unlabelled
-- Records not yet labelled by this recipe, in log order.
SELECT r.* FROM records r
LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from AND l.recipe = :recipe
WHERE r.seq_to = :open AND r.state = 'public' AND r.seq_from > :after AND l.record_id IS NULL
  AND r.content <> ''  -- words that were dropped cannot be read again
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
ORDER BY r.seq_from LIMIT :limit;

-- name: unasked
-- Contents this recipe has not labelled and a part has not answered, and their characters.
SELECT COUNT(*) AS texts, COALESCE(SUM(t.size), 0) AS size FROM (
  SELECT r.content AS content, MAX(LENGTH(r.title) + LENGTH(r.text)) AS size FROM records r
  LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from AND l.recipe = :recipe
  WHERE r.seq_to = :open AND r.state = 'public' AND l.record_id IS NULL AND r.content <> ''
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
    AND NOT EXISTS (SELECT 1 FROM readings g WHERE g.content = r.content AND g.reader = :reader)
  GROUP BY r.content) t;

-- name: count_labelled
-- How many records this recipe has labelled.
SELECT COUNT(*) AS records FROM labelled WHERE recipe = :recipe;

-- name: save_recipe
-- The makers behind a recipe.
INSERT INTO recipes (recipe, makers) VALUES (:recipe, :makers) ON CONFLICT DO NOTHING;

-- name: recipes
-- All recipes ever used.
SELECT recipe, makers FROM recipes ORDER BY recipe;

-- name: labelled_by
-- The recipe a record version was labelled with.
SELECT recipe, version FROM labelled WHERE record_id = :id;

-- name: set_labelled
-- Note that a record version was labelled, labels earned or not.
INSERT INTO labelled (record_id, version, recipe) VALUES (:id, :version, :recipe)
ON CONFLICT (record_id) DO UPDATE SET version = excluded.version, recipe = excluded.recipe;

-- name: reading
-- What a reader saw in a content.
SELECT vector, outputs FROM readings WHERE content = :content AND reader = :reader;

-- name: save_reading
-- Keep what a reader saw; asked again it answers more.
INSERT INTO readings (content, reader, vector, outputs)
VALUES (:content, :reader, :vector, :outputs)
ON CONFLICT (content, reader) DO UPDATE SET outputs = excluded.outputs;

-- name: current_annotations
-- The labels of a record that hold now.
SELECT layer, n, value, score, start, stop, maker FROM annotations
WHERE record_id = :id AND seq_to = :open ORDER BY layer, n;

-- name: close_layer
-- End the labels of one layer of a record.
UPDATE annotations SET seq_to = :seq
WHERE record_id = :id AND layer = :layer AND seq_to = :open;

-- name: insert_annotation
-- One label.
INSERT INTO annotations (record_id, layer, n, value, score, start, stop, maker, seq_from, seq_to)
VALUES (:id, :layer, :n, :value, :score, :start, :stop, :maker, :seq, :open);

-- name: unlinked
-- Records a linker has not seen, in log order.
SELECT r.* FROM records r
LEFT JOIN sketches k ON k.record_id = r.id AND k.layer = :layer
WHERE r.seq_to = :open AND r.state = 'public' AND r.seq_from > :after AND k.record_id IS NULL
  AND r.content <> ''
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
ORDER BY r.seq_from LIMIT :limit;

-- name: bands_held
-- Which of sixteen bands hold anybody: for most records none does.
SELECT DISTINCT b.hash FROM bands b
WHERE b.hash IN (:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p)
ORDER BY b.hash;

-- name: sketches_near
-- Earlier records in one band, oldest first; a crowded band is cut.
SELECT b.doc, k.record_id, k.sketch FROM bands b
JOIN sketches k ON k.doc = b.doc AND k.layer = :layer
WHERE b.hash = :hash ORDER BY b.doc, k.record_id LIMIT 20;

-- name: save_sketch
-- Remember a record's sketch.
INSERT INTO sketches (record_id, layer, doc, sketch, bands)
VALUES (:id, :layer, :doc, :sketch, :bands) ON CONFLICT DO NOTHING;

-- name: save_band
-- Remember a record under one band.
INSERT INTO bands (hash, doc) VALUES (:hash, :doc) ON CONFLICT DO NOTHING;

-- name: group_of
-- The group a record belongs to.
SELECT grp FROM links WHERE record_id = :id AND layer = :layer AND seq_to = :open;

-- name: lead_in
-- Whether a group has a counted member in a community.
SELECT COUNT(*) AS leads FROM links k JOIN records r ON r.id = k.record_id AND r.seq_to = :open
WHERE k.layer = :layer AND k.grp = :grp AND k.lead = 1 AND k.seq_to = :open
  AND r.community = :community;

-- name: insert_link
-- A linker's decision.
INSERT INTO links (record_id, layer, grp, score, lead, maker, seq_from, seq_to)
VALUES (:id, :layer, :grp, :score, :lead, :maker, :seq, :open)
ON CONFLICT DO NOTHING;

-- name: first_unlabelled
-- The first record whose labels were taken back, because what it copies changed or went.
SELECT r.seq_from FROM labelled l JOIN records r ON r.id = l.record_id AND r.seq_from = l.version
WHERE l.recipe = '' AND r.seq_to = :open AND r.state = 'public' AND r.content <> ''
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
ORDER BY r.seq_from LIMIT 1;

-- name: count_unlabelled_any
-- How many records after an entry of the log no recipe has labelled yet.
SELECT COUNT(*) AS records FROM records r
LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from
WHERE r.seq_to = :open AND r.state = 'public' AND l.record_id IS NULL AND r.content <> ''
  AND r.seq_from > :after
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0);

-- name: lead_of
-- The counted record that an uncounted copy of a person's words repeats, both as they were compared.
SELECT o.id, o.title, o.text, o.content, o.stream, o.source, o.community, t.sketch, s.sketch AS own
FROM links k
JOIN sketches s ON s.record_id = k.record_id AND s.layer = k.layer
JOIN records r ON r.id = k.record_id AND r.seq_from = s.doc AND r.seq_to = :open
JOIN links l ON l.layer = k.layer AND l.grp = k.grp AND l.lead = 1 AND l.seq_to = :open
JOIN sketches t ON t.record_id = l.record_id AND t.layer = l.layer
JOIN records o ON o.id = l.record_id AND o.seq_from = t.doc AND o.seq_to = :open
WHERE k.record_id = :id AND k.layer = :layer AND k.lead = 0 AND k.seq_to = :open
  AND r.unit = 'person' AND o.unit = 'person' AND o.community = r.community
  AND o.state = 'public' AND o.content <> ''
ORDER BY o.seq_from LIMIT 1;

-- name: unlabel_copies
-- A record changes or goes: copies read by its words are to be labelled again by their own.
UPDATE labelled SET recipe = '' WHERE record_id IN (
  SELECT k.record_id FROM links l
  JOIN links k ON k.layer = l.layer AND k.grp = l.grp AND k.lead = 0 AND k.seq_to = :open
  WHERE l.record_id = :id AND l.lead = 1 AND l.seq_to = :open);

-- name: left_out
-- Whether the cascade left a record out.
SELECT COUNT(*) AS labels FROM annotations
WHERE record_id = :id AND layer = 'firehose' AND value = 'out' AND seq_to = :open;

-- name: distil_rows
-- What was read and stands first in its group of copies, newest first, with what the reader saw.
SELECT r.*, g.vector, g.outputs FROM records r
JOIN readings g ON g.content = r.content AND g.reader = :reader
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates' AND k.seq_to = :open
WHERE r.seq_to = :open AND r.state = 'public' AND r.content <> '' AND COALESCE(k.grp, r.id) = r.id
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
ORDER BY r.published DESC, r.id DESC;

-- name: distil_before
-- Where the first record stands that nobody has labelled yet: all before it were read.
SELECT MIN(r.seq_from) AS seq FROM records r
LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from
WHERE r.seq_to = :open AND r.state = 'public' AND r.content <> '' AND l.record_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0);

-- name: distil_since
-- Whether a cascade ever left anything out of this store.
SELECT MIN(seq_from) AS seq FROM annotations WHERE layer = 'firehose';
