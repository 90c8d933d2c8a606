-- name: stories_signals
-- Every test of a night, dull ones too.
SELECT id, kind, subject, community, outcome, p, q, body
FROM signals
WHERE night = :night
ORDER BY subject, kind, community, id;

-- name: stories_of_subject
-- Versions of stories on a subject not older than a day, newest first.
SELECT slug, version, night, body
FROM stories
WHERE subject = :subject AND night >= :since
ORDER BY night DESC, slug, version DESC;

-- name: stories_story
-- One version of one story.
SELECT slug, version, night, subject, beat, snapshot, title, body
FROM stories
WHERE slug = :slug AND version = :version
ORDER BY slug, version;

-- name: stories_versions
-- All versions of one story, oldest first.
SELECT slug, version, night, snapshot, title
FROM stories
WHERE slug = :slug
ORDER BY slug, version;

-- name: stories_newest
-- The newest version of every story not older than a day.
SELECT s.slug, s.version, s.night, s.subject, s.beat, s.title
FROM stories s
WHERE s.night >= :since
  AND s.version = (SELECT MAX(t.version) FROM stories t WHERE t.slug = s.slug)
ORDER BY s.night DESC, s.slug, s.version;

-- name: stories_claim
-- One claim as it was stored.
SELECT id, kind, snapshot, body
FROM claims
WHERE id = :id
ORDER BY id;

-- name: stories_cites
-- The records a story version rests on.
SELECT n, claim, record_id
FROM cites
WHERE slug = :slug AND version = :version
ORDER BY n, claim, record_id;

-- name: stories_edition
-- What one night published, and what it did not.
SELECT night, snapshot, body
FROM editions
WHERE night = :night
ORDER BY night;

-- name: stories_editions
-- Nights with an edition, newest first.
SELECT night, snapshot
FROM editions
ORDER BY night DESC;

-- name: stories_add
-- Keep one version for good.
INSERT INTO stories (slug, version, night, subject, beat, snapshot, title, body)
VALUES (:slug, :version, :night, :subject, :beat, :snapshot, :title, :body)
ON CONFLICT (slug, version) DO NOTHING;

-- name: stories_add_claim
-- Keep a claim; the same claim is kept once.
INSERT INTO claims (id, kind, snapshot, body) VALUES (:id, :kind, :snapshot, :body)
ON CONFLICT (id) DO NOTHING;

-- name: stories_add_cite
-- Tie a record to the claim and number it stands behind.
INSERT INTO cites (slug, version, n, claim, record_id)
VALUES (:slug, :version, :n, :claim, :record_id)
ON CONFLICT (slug, version, claim, record_id, n) DO NOTHING;

-- name: stories_add_snapshot
-- Keep what a night could know.
INSERT INTO snapshots (id, seq, as_of, desk, makers)
VALUES (:id, :seq, :as_of, :desk, :makers)
ON CONFLICT (id) DO NOTHING;

-- name: stories_set_edition
-- The edition of a night; running a night again replaces it.
INSERT INTO editions (night, snapshot, body) VALUES (:night, :snapshot, :body)
ON CONFLICT (night) DO UPDATE SET snapshot = excluded.snapshot, body = excluded.body;

-- name: stories_source
-- A cited record, as long as it is public.
SELECT id, url
FROM records
WHERE id = :id AND seq_to = :open AND state = 'public'
ORDER BY id, seq_from;
