-- What grows with everybody's history is found without reading all of it.

-- A deleted order takes its rows with it: without these each one looks through the whole table.
CREATE INDEX notices_of_order ON notices (order_id);
CREATE INDEX notices_of_batch ON notices (batch_id);
CREATE INDEX queued_behind ON queued (ahead);

CREATE INDEX notices_owed ON notices (owner) WHERE told_version < version;

CREATE INDEX orders_of_account ON orders (account, next_check_at);
CREATE INDEX orders_shown ON orders (owner, card_message) WHERE card_message > 0;
CREATE INDEX orders_active ON orders (owner, id)
    WHERE (placement IN ('confirmed', 'sending', 'unknown', 'charged')
    OR (placement = 'placed' AND ended_at IS NULL));
