-- What services are found by, in words. A text is kept once, whoever sees it and at which rate.

CREATE TABLE search_texts (
    id       INTEGER PRIMARY KEY,
    code     TEXT NOT NULL,
    name     TEXT NOT NULL,                          -- of all languages
    category TEXT NOT NULL,
    UNIQUE (code, name, category)
) STRICT;

-- The words come folded and apart: to this tokenizer everything beyond ASCII is part of a word.
CREATE VIRTUAL TABLE search_index USING fts5 (
    code, name, category, content = 'search_texts', content_rowid = 'id',
    tokenize = 'ascii', prefix = '2 3'
);
CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_index', 'row');

CREATE TABLE search_words (
    id   INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE                        -- a space on either side: its ends count
) STRICT;

CREATE VIRTUAL TABLE search_spellings USING fts5 (
    word, content = 'search_words', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);

-- Catalogues from before are found by what was folded then, until Serva's next answer, which is
-- stored anew because no digest equals theirs.

INSERT INTO search_texts (code, name, category)
    SELECT DISTINCT '', folded, '' FROM catalogue_entries;
INSERT INTO search_index (search_index) VALUES ('rebuild');
INSERT INTO search_words (word)
    SELECT ' ' || term || ' ' FROM search_terms WHERE length(term) > 2 AND term GLOB '*[^0-9]*';
INSERT INTO search_spellings (search_spellings) VALUES ('rebuild');
UPDATE catalogues SET digest = 'before 0002: ' || digest;

CREATE TABLE entries_with_texts (
    catalogue INTEGER NOT NULL REFERENCES catalogues (id) ON DELETE CASCADE,
    service   INTEGER NOT NULL REFERENCES services (id),
    category  INTEGER NOT NULL REFERENCES categories (id),
    position  INTEGER NOT NULL,                      -- Serva's own order
    body      TEXT    NOT NULL,                      -- the service as JSON
    text      INTEGER NOT NULL REFERENCES search_texts (id),
    PRIMARY KEY (catalogue, service)
) STRICT, WITHOUT ROWID;
INSERT INTO entries_with_texts (catalogue, service, category, position, body, text)
    SELECT e.catalogue, e.service, e.category, e.position, e.body, t.id FROM catalogue_entries e
    JOIN search_texts t ON t.code = '' AND t.name = e.folded AND t.category = '';
DROP TABLE catalogue_entries;
ALTER TABLE entries_with_texts RENAME TO catalogue_entries;
CREATE INDEX catalogue_entries_by_category ON catalogue_entries (catalogue, category, position);
CREATE INDEX catalogue_entries_by_text ON catalogue_entries (text, catalogue, position);

-- How many orders of a service there are, of all people together: where two services fit a search
-- equally well, the one that people order comes first.
ALTER TABLE services ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0;
UPDATE services SET ordered =
    (SELECT count(*) FROM orders o WHERE o.service = services.id AND o.placement = 'placed');
CREATE TRIGGER orders_count_when_placed AFTER UPDATE OF placement ON orders BEGIN
    UPDATE services SET ordered =
        ordered + (new.placement = 'placed') - (old.placement = 'placed') WHERE id = new.service;
END;
CREATE TRIGGER orders_count_no_more AFTER DELETE ON orders WHEN old.placement = 'placed' BEGIN
    UPDATE services SET ordered = ordered - 1 WHERE id = old.service;
END;
