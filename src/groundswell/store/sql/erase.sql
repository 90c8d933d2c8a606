-- name: versions_of
-- Every version of a record ever kept.
SELECT id, seq_from, seq_to, unit, community, outlet, url, title, text, author, root, day, state,
  content
FROM records WHERE id = :id ORDER BY id, seq_from;

-- name: by_digest
-- Records named by a keyed digest.
SELECT DISTINCT id, source FROM records WHERE digest = :digest ORDER BY id, source;

-- name: erased
-- Whether what a digest names was erased here, so that it is not gathered again.
SELECT hard FROM erasures WHERE digest = :digest;

-- name: shared_link
-- Whether another record carries the same link.
SELECT id FROM records WHERE url = :url AND id <> :id ORDER BY id, seq_from LIMIT 1;

-- name: journal
-- What was erased here.
SELECT digest, hard FROM erasures ORDER BY digest;

-- name: note_erasure
-- Remember an erasure by digest only.
INSERT INTO erasures (digest, hard) VALUES (:digest, :hard)
ON CONFLICT (digest) DO UPDATE
  SET hard = CASE WHEN excluded.hard > erasures.hard THEN excluded.hard ELSE erasures.hard END;

-- name: husk_record
-- Leave day, community and integer facts; the id becomes its digest, times become days.
UPDATE records SET id = :husk, outlet = '', url = '', title = '', text = '', author = '',
  parent = '', root = :husk, engagement = '{}', content = '', lang = 'und', state = 'forgotten',
  published = day * 86400000000, available = seen * 86400000000, edited = NULL,
  precision = 'day'
WHERE id = :id;

-- name: husk_annotations
-- Keep slugs and integer labels, drop offsets.
UPDATE annotations SET record_id = :husk, start = NULL, stop = NULL
WHERE record_id = :id AND layer <> 'phrases';

-- name: drop_phrases
-- Phrases are the author's words.
DELETE FROM annotations WHERE record_id = :id AND layer = 'phrases';

-- name: husk_links
-- Group membership under the digest.
UPDATE links SET record_id = :husk WHERE record_id = :id;

-- name: husk_groups
-- A group named after an erased record is named after its digest.
UPDATE links SET grp = :husk WHERE grp = :id;

-- name: husk_labelled
-- What was labelled, under the digest.
UPDATE labelled SET record_id = :husk WHERE record_id = :id;

-- name: husk_threads
-- Threads that began with the record are named after its digest.
UPDATE records SET root = :husk WHERE root = :id;

-- name: husk_parents
-- Answers to the record point at its digest.
UPDATE records SET parent = :husk WHERE parent = :id;

-- name: husk_log
-- The log names the digest.
UPDATE log SET ref = :husk WHERE ref = :id;

-- name: husk_cites
-- Citations point at the digest.
UPDATE cites SET record_id = :husk WHERE record_id = :id;

-- name: cells_of_thread
-- Days and communities whose rollups name a record as their thread or their group of copies.
SELECT r.day, r.community FROM records r WHERE r.root = :id
UNION
SELECT r.day, r.community FROM links k JOIN records r ON r.id = k.record_id
WHERE k.layer = 'duplicates' AND k.grp = :id
ORDER BY day, community;

-- name: husk_voices
-- A cell's threads that began with the record are named after its digest until recounted.
UPDATE voices SET thread = :husk WHERE day = :day AND community = :community AND thread = :id;

-- name: husk_clusters
-- So are its groups of copies.
UPDATE voices SET cluster = :husk WHERE day = :day AND community = :community AND cluster = :id;

-- name: drop_voices
-- A voice leaves the thread of its erased record; the cell is recounted by measure.
DELETE FROM voices WHERE day = :day AND community = :community AND thread = :thread
  AND author = :voice;

-- name: drop_pairs
-- It leaves the day's co-mentions too, until they are recounted.
DELETE FROM pairs WHERE day = :day AND community = :community AND author = :voice;

-- name: drop_record
-- forget --hard: the husk goes too.
DELETE FROM records WHERE id = :husk;

-- name: drop_annotations
-- forget --hard: the labels go too.
DELETE FROM annotations WHERE record_id = :husk;

-- name: drop_links
-- forget --hard: the links go too.
DELETE FROM links WHERE record_id = :husk;

-- name: drop_labelled
-- forget --hard: the note that it was labelled goes too.
DELETE FROM labelled WHERE record_id = :husk;

-- name: drop_engagement
-- What the platform counted of it later.
DELETE FROM engagement WHERE record_id = :id;

-- name: drop_sketch
-- The sketch is made of the words.
DELETE FROM sketches WHERE record_id = :id;

-- name: bands_of
-- The bands a record is remembered under.
SELECT doc, bands FROM sketches WHERE record_id = :id ORDER BY layer;

-- name: drop_band
-- So are its bands.
DELETE FROM bands WHERE hash = :hash AND doc = :doc;

-- name: drop_reading
-- The vector goes when no other record has the same words.
DELETE FROM readings WHERE content = :content
  AND NOT EXISTS (SELECT 1 FROM records r WHERE r.content = :content);

-- name: story_bodies
-- Every story version.
SELECT slug, version, title, body FROM stories ORDER BY slug, version;

-- name: save_story_body
-- Replace a story version's words after an erasure.
UPDATE stories SET body = :body, title = :title WHERE slug = :slug AND version = :version;

-- name: claim_bodies
-- Every claim.
SELECT id, body FROM claims ORDER BY id;

-- name: save_claim_body
-- Replace a claim's words after an erasure.
UPDATE claims SET body = :body WHERE id = :id;

-- name: quote_bodies
-- Every quotation.
SELECT id, body FROM claims WHERE kind = 'quote' ORDER BY id;

-- name: signal_bodies
-- Every test.
SELECT id, body FROM signals ORDER BY id;

-- name: save_signal_body
-- Replace what a test names after an erasure.
UPDATE signals SET body = :body WHERE id = :id;

-- name: edition_bodies
-- Every edition.
SELECT night, body FROM editions ORDER BY night;

-- name: save_edition_body
-- Replace an edition's words after an erasure.
UPDATE editions SET body = :body WHERE night = :night;

-- name: chart_bodies
-- Every chart.
SELECT id, caption, data, svg FROM charts ORDER BY id;

-- name: drop_chart
-- A chart that showed erased words goes.
DELETE FROM charts WHERE id = :id;

-- name: published
-- Folders we wrote copies into.
SELECT path, kind FROM published ORDER BY path;

-- name: note_published
-- Remember a folder we wrote copies into.
INSERT INTO published (path, kind) VALUES (:path, :kind)
ON CONFLICT (path) DO UPDATE SET kind = excluded.kind;
