-- Times are integer milliseconds since 1970 (UTC). Money is text, exact, as the provider wrote it.
-- Ids that reach a button are AUTOINCREMENT, so that they are never used again for something else.

CREATE TABLE people (
    id              INTEGER PRIMARY KEY,             -- Telegram's user id; also the private chat's id
    name            TEXT    NOT NULL DEFAULT '',     -- first and last, as Telegram has them
    username        TEXT    NOT NULL DEFAULT '',
    language        TEXT    NOT NULL DEFAULT 'en',
    language_chosen INTEGER NOT NULL DEFAULT 0,      -- 1: picked by hand, no longer follows Telegram
    native_digits   INTEGER NOT NULL DEFAULT 0,
    notify          TEXT    NOT NULL DEFAULT 'important' CHECK (notify IN ('important', 'none')),
    reachable       INTEGER NOT NULL DEFAULT 1,      -- 0: blocked the bot; their notices wait
    banned_at       INTEGER,
    admitted        INTEGER NOT NULL DEFAULT 0,      -- let in, where the bot is not open to all
    created_at      INTEGER NOT NULL,
    seen_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    owner        INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    step         TEXT    NOT NULL,                   -- tagged JSON of a step; never a raw key
    live_message INTEGER,                            -- the one screen that a tap edits
    version      INTEGER NOT NULL DEFAULT 0,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE services (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    code     TEXT NOT NULL UNIQUE,                   -- Serva's own id, a string
    category INTEGER REFERENCES categories (id)      -- where it was seen last, also once it is gone
) STRICT;

CREATE TABLE categories (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE catalogues (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    digest     TEXT    NOT NULL UNIQUE,              -- of the answer as it came: equal rates share one
    size       INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE catalogue_entries (
    catalogue INTEGER NOT NULL REFERENCES catalogues (id) ON DELETE CASCADE,
    service   INTEGER NOT NULL REFERENCES services (id),
    category  INTEGER NOT NULL REFERENCES categories (id),
    position  INTEGER NOT NULL,                      -- Serva's own order
    body      TEXT    NOT NULL,                      -- the service as JSON
    folded    TEXT    NOT NULL,                      -- name, category and id, folded for matching
    PRIMARY KEY (catalogue, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalogue_entries_by_category ON catalogue_entries (catalogue, category, position);

CREATE TABLE accounts (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    owner        INTEGER NOT NULL REFERENCES people (id),
    provider     TEXT    NOT NULL CHECK (provider IN ('serva', 'servya')),
    sealed       BLOB,                               -- empty once unlinked
    fingerprint  TEXT    NOT NULL,
    tail         TEXT    NOT NULL,                   -- the last four characters, all that is ever shown
    balance      TEXT,
    currency     TEXT,
    balance_at   INTEGER,
    catalogue    INTEGER REFERENCES catalogues (id),
    catalogue_at INTEGER,
    paused       TEXT,                               -- why following stopped: a refusal's meaning
    linked_at    INTEGER NOT NULL,
    unlinked_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX accounts_one_each ON accounts (owner, provider) WHERE unlinked_at IS NULL;
CREATE INDEX accounts_by_fingerprint ON accounts (fingerprint);

CREATE TABLE orders (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    owner           INTEGER NOT NULL REFERENCES people (id),
    account         INTEGER NOT NULL REFERENCES accounts (id),
    nonce           TEXT    NOT NULL,                -- the draft's; a second tap finds this order
    service         INTEGER NOT NULL REFERENCES services (id),
    details         TEXT    NOT NULL,                -- JSON: name, link, values, quantity, coupon, quote …
    target          TEXT    NOT NULL,                -- comparable form of link or fields
    confirmed_at    INTEGER NOT NULL,
    placement       TEXT    NOT NULL CHECK (placement IN
        ('confirmed', 'sending', 'placed', 'refused', 'not_sent', 'unknown', 'charged', 'not_placed')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL DEFAULT 0,
    claimed_at      INTEGER,
    digest          TEXT,                            -- of the request as sent, without the key
    balance_before  TEXT,
    settled_at      INTEGER,
    reason          TEXT    NOT NULL DEFAULT '{}',   -- JSON: meaning, text, request id
    evidence        TEXT    NOT NULL DEFAULT '{}',   -- JSON: what the balance showed, and who decided
    next_evidence_at INTEGER,
    provider_order  TEXT,
    first_charge    TEXT,                            -- what `add` answered
    charge          TEXT,                            -- what `status` says now
    currency        TEXT    NOT NULL DEFAULT 'USD',
    delivery        TEXT,
    word            TEXT    NOT NULL DEFAULT '',     -- Serva's own status word
    start_count     INTEGER,
    remains         INTEGER,
    misses          INTEGER NOT NULL DEFAULT 0,
    checked_at      INTEGER,
    next_check_at   INTEGER,
    ended_at        INTEGER,
    card_message    INTEGER,
    UNIQUE (owner, nonce)
) STRICT;
CREATE INDEX orders_of_owner ON orders (owner, id DESC);
CREATE INDEX orders_waiting ON orders (next_attempt_at) WHERE placement = 'confirmed';
CREATE INDEX orders_sending ON orders (id) WHERE placement = 'sending';
CREATE INDEX orders_unknown ON orders (next_evidence_at) WHERE placement = 'unknown';
CREATE INDEX orders_followed ON orders (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE UNIQUE INDEX orders_provider_order ON orders (account, provider_order) WHERE provider_order IS NOT NULL;

CREATE TABLE calls (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    attempt    INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT    NOT NULL DEFAULT 'open',      -- accepted, refused, not_sent, unknown
    request_id TEXT    NOT NULL DEFAULT '',
    detail     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX calls_of_order ON calls (order_id);

CREATE TABLE notices (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    owner        INTEGER NOT NULL REFERENCES people (id),
    order_id     INTEGER REFERENCES orders (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,
    body         TEXT    NOT NULL DEFAULT '{}',
    version      INTEGER NOT NULL DEFAULT 1,
    told_version INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    tries        INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX notices_one_card ON notices (order_id) WHERE kind = 'card';
CREATE INDEX notices_due ON notices (due_at) WHERE told_version < version;
CREATE INDEX notices_due_first ON notices (due_at) WHERE told_version < version AND kind <> 'broadcast';

CREATE TABLE inbox (
    update_id   INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL,                    -- the lane; 0 when nobody can be told
    sealed      BLOB,                                -- the update as it came; empty once handled
    received_at INTEGER NOT NULL,
    handled_at  INTEGER,
    tries       INTEGER NOT NULL DEFAULT 0,
    set_aside   TEXT                                 -- why it was given up
) STRICT;
CREATE INDEX inbox_open ON inbox (update_id) WHERE handled_at IS NULL;
CREATE INDEX inbox_handled ON inbox (handled_at) WHERE handled_at IS NOT NULL;

CREATE TABLE targets (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    owner   INTEGER NOT NULL REFERENCES people (id),
    kind    TEXT    NOT NULL,                        -- the site, or the fields' signature
    value   TEXT    NOT NULL,
    used_at INTEGER NOT NULL,
    UNIQUE (owner, kind, value)
) STRICT;

CREATE TABLE price_units (
    scope    TEXT PRIMARY KEY,                       -- service:<code>, class:<price class> or *
    unit     TEXT NOT NULL,
    source   TEXT NOT NULL CHECK (source IN ('proof', 'operator')),
    order_id INTEGER,
    at       INTEGER NOT NULL
) STRICT;

CREATE TABLE broadcasts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    nonce      TEXT    NOT NULL UNIQUE,              -- of the preview: a second tap sends nothing
    author     INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE provider_health (
    provider      TEXT PRIMARY KEY,
    ok_at         INTEGER,
    failed_at     INTEGER,
    failing_since INTEGER,
    reason        TEXT NOT NULL DEFAULT '',
    latency       INTEGER
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
