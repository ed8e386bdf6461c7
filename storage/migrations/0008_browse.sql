-- Where a service stands: the platform that it is for and what it brings, as its words say.
-- Catalogues from before are stored anew at the next look (see 0002), and sorted in then.

CREATE TABLE shelves (
    service  INTEGER PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
    platform TEXT NOT NULL,
    aim      TEXT NOT NULL
) STRICT;
CREATE INDEX shelves_by_aim ON shelves (platform, aim);

-- An order is found by its id at Serva through the accounts of whoever asks.
CREATE INDEX accounts_of_owner ON accounts (owner);
