-- name: unlabelled
-- Records not yet labelled by this recipe, in log order.
SELECT r.* FROM records r
LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from AND l.recipe = :recipe
WHERE r.seq_to = :open AND r.state = 'public' AND r.seq_from > :after AND l.record_id IS NULL
ORDER BY r.seq_from LIMIT :limit;

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
-- Keep what a reader saw.
INSERT INTO readings (content, reader, vector, outputs)
VALUES (:content, :reader, :vector, :outputs) ON CONFLICT DO NOTHING;

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
ORDER BY r.seq_from LIMIT :limit;

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

-- name: count_unlabelled_any
-- How many records no recipe has labelled yet.
SELECT COUNT(*) AS records FROM records r
LEFT JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from
WHERE r.seq_to = :open AND r.state = 'public' AND l.record_id IS NULL;
