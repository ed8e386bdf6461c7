-- Mass orders: a list that waits for its yes, and the orders that one yes confirmed together.

CREATE TABLE mass_drafts (                           -- one a person
    owner   INTEGER PRIMARY KEY REFERENCES people (id),
    nonce   TEXT    NOT NULL,                        -- the preview's
    entries TEXT    NOT NULL,                        -- JSON: what each line says, or is wrong with it
    shown   TEXT    NOT NULL,                        -- JSON: at which prices, and without which
    rest_of INTEGER,                                 -- the batch whose unsent rest this is
    kept_at INTEGER NOT NULL
) STRICT;

CREATE TABLE batches (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    owner        INTEGER NOT NULL REFERENCES people (id),
    account      INTEGER NOT NULL REFERENCES accounts (id),
    nonce        TEXT    NOT NULL,                   -- the preview's; a second tap finds this batch
    confirmed_at INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    total        TEXT    NOT NULL,                   -- the most that its orders may cost together
    currency     TEXT    NOT NULL,
    rest_of      INTEGER UNIQUE REFERENCES batches (id),
    card_message INTEGER,
    told         TEXT    NOT NULL DEFAULT '{}',      -- JSON: what its person has heard of it
    UNIQUE (owner, nonce)
) STRICT;

-- An order of a batch has a card of its own only once its person opened it: until then its
-- `card_message` is empty, and 0 while that card is to be sent.
ALTER TABLE orders ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE orders ADD COLUMN line INTEGER;          -- of the list, as its person counts
CREATE INDEX orders_of_batch ON orders (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX orders_open_in_batch ON orders (batch, placement, id)
    WHERE batch IS NOT NULL AND (placement IN ('confirmed', 'sending', 'unknown', 'charged')
    OR (placement = 'placed' AND ended_at IS NULL));

ALTER TABLE notices ADD COLUMN batch_id INTEGER REFERENCES batches (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX notices_one_batch ON notices (batch_id) WHERE kind = 'batch';
