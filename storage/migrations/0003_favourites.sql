-- What a person keeps at hand: a service, or a preset, which is a service with a quantity.

CREATE TABLE favourites (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    owner    INTEGER NOT NULL REFERENCES people (id),
    service  INTEGER NOT NULL REFERENCES services (id),
    quantity INTEGER,                                -- empty where none is agreed beforehand
    name     TEXT    NOT NULL DEFAULT '',            -- the person's own word for it, or empty
    title    TEXT    NOT NULL,                       -- the service's name, also once it is gone
    rate     TEXT    NOT NULL,                       -- what it cost when it was kept,
    unit     TEXT    NOT NULL,                       -- and how that was read
    currency TEXT    NOT NULL,
    kept_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX favourites_once ON favourites (owner, service, coalesce(quantity, 0));
CREATE INDEX targets_of_owner ON targets (owner, used_at DESC);
