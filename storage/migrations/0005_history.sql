-- What was said of an order, each word once until another follows it.
CREATE TABLE statuses (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,                       -- when we heard of it
    delivery TEXT    NOT NULL,
    word     TEXT    NOT NULL,                       -- Serva's own
    PRIMARY KEY (order_id, at)
) STRICT, WITHOUT ROWID;

-- What an order can be found by, folded. Written by the first search after it, not by the order.
CREATE TABLE order_words (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    folded   TEXT    NOT NULL
) STRICT;

-- What is known of the orders from before this file.
INSERT INTO statuses (order_id, at, delivery, word)
SELECT id, coalesce(ended_at, checked_at), delivery, word FROM orders
WHERE delivery IS NOT NULL AND coalesce(ended_at, checked_at) IS NOT NULL;
