-- What people wish for themselves. Whoever has no row here has changed nothing.

CREATE TABLE wishes (
    owner        INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    completed    INTEGER NOT NULL DEFAULT 1,         -- what rings: how an order ended,
    partial      INTEGER NOT NULL DEFAULT 1,
    trouble      INTEGER NOT NULL DEFAULT 1,
    progress     INTEGER NOT NULL DEFAULT 0,         -- that it began,
    news         INTEGER NOT NULL DEFAULT 1,         -- what the operator says,
    prices       INTEGER NOT NULL DEFAULT 1,         -- that a service they use costs another sum,
    balance      INTEGER NOT NULL DEFAULT 1,         -- that their balance runs low
    quiet_nights INTEGER NOT NULL DEFAULT 0,
    zone         INTEGER,                            -- minutes ahead of UTC, once known
    daily        TEXT,                               -- no more than this is ordered in a day,
    daily_in     TEXT,                               -- in this currency
    twice        TEXT,                               -- what costs more is asked about twice
    twice_in     TEXT
) STRICT;

INSERT INTO wishes (owner, completed, partial, trouble, news, prices, balance)
SELECT id, 0, 0, 0, 0, 0, 0 FROM people WHERE notify = 'none';
ALTER TABLE people DROP COLUMN notify;

ALTER TABLE orders ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;  -- its card changes, nothing rings
CREATE INDEX orders_of_day ON orders (owner, confirmed_at);

-- An order begins to arrive once, however often its status goes to and fro.
CREATE UNIQUE INDEX notices_one_progress ON notices (order_id) WHERE kind = 'progress';
