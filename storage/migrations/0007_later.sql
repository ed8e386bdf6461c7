-- What goes on without its person: orders that wait for another, drafts that wait for money,
-- requests about placed orders, and what was noticed about prices and balances.

CREATE TABLE queued (                                -- agreed to, to be ordered when another ends
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    owner       INTEGER NOT NULL REFERENCES people (id),
    account     INTEGER NOT NULL REFERENCES accounts (id),
    nonce       TEXT    NOT NULL,                    -- of the confirmation: a second tap finds it
    service     INTEGER NOT NULL REFERENCES services (id),
    details     TEXT    NOT NULL,                    -- JSON, as of an order: the sum is the most
    target      TEXT    NOT NULL,
    ahead       INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    agreed_at   INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    fate        TEXT    NOT NULL DEFAULT 'waiting'
        CHECK (fate IN ('waiting', 'ordered', 'asked', 'dropped')),
    why         TEXT    NOT NULL DEFAULT '',         -- the person is asked again
    UNIQUE (owner, nonce)
) STRICT;
CREATE UNIQUE INDEX queued_one_each ON queued (ahead) WHERE fate = 'waiting';
CREATE INDEX queued_waiting ON queued (owner) WHERE fate = 'waiting';

CREATE INDEX orders_by_target ON orders (owner, target);

CREATE TABLE unfunded (                              -- one draft a person that waits for money
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    owner        INTEGER NOT NULL UNIQUE REFERENCES people (id),
    account      INTEGER NOT NULL REFERENCES accounts (id),
    draft        TEXT    NOT NULL,                   -- JSON, as of a step
    needed       TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    next_look_at INTEGER                             -- empty once its person was told
) STRICT;
CREATE INDEX unfunded_due ON unfunded (next_look_at) WHERE next_look_at IS NOT NULL;

CREATE TABLE requests (                              -- refill and cancel: one of each an order
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    owner      INTEGER NOT NULL REFERENCES people (id),
    order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    kind       TEXT    NOT NULL CHECK (kind IN ('refill', 'cancel')),
    stage      TEXT    NOT NULL CHECK (stage IN
        ('asked', 'sending', 'accepted', 'refused', 'not_sent', 'unknown')),
    asked_at   INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,                              -- when to send it, or look how a refill goes
    settled_at INTEGER,
    text       TEXT    NOT NULL DEFAULT '',          -- Serva's words, or why nobody knows
    request_id TEXT    NOT NULL DEFAULT '',
    refill     TEXT    NOT NULL DEFAULT '',          -- Serva's id of it
    word       TEXT    NOT NULL DEFAULT '',          -- Serva's status of it
    UNIQUE (order_id, kind)
) STRICT;
CREATE INDEX requests_due ON requests (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX requests_sending ON requests (id) WHERE stage = 'sending';

CREATE TABLE balance_watch (                         -- the last balance that was looked at
    account INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    low     INTEGER NOT NULL                         -- 1: its person knows, or has just seen it
) STRICT;
CREATE INDEX accounts_by_balance ON accounts (balance_at)
    WHERE provider = 'serva' AND unlinked_at IS NULL;
