-- Identities: what people are found by, and what became of an identity that was merged. Forward only.

-- Traits that a regulation centre may look somebody up by. Blind: an HMAC over the whole database of the first letters
-- of a name or of a day of birth, so that equal traits are equal here and nothing else is told.
CREATE TABLE trait_index (
    patient_key BLOB NOT NULL,
    kind        TEXT NOT NULL,
    value       BLOB NOT NULL, -- blind index
    CONSTRAINT trait_index_pk PRIMARY KEY (patient_key, kind, value),
    CONSTRAINT trait_index_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT trait_index_kind_is_known CHECK (kind IN ('family', 'given', 'birth-day'))
) STRICT, WITHOUT ROWID;

CREATE INDEX trait_index_by_value ON trait_index (kind, value);

-- Identifiers of the same person in other domains; an identifier is one person's.
CREATE TABLE known_as (
    patient_key BLOB NOT NULL,
    identifier  BLOB NOT NULL, -- blind index
    CONSTRAINT known_as_pk PRIMARY KEY (patient_key, identifier),
    CONSTRAINT known_as_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX known_as_is_one_persons ON known_as (identifier);

-- The record that this one's documents and rights went to. What stays here is the number that was replaced, and the
-- journal of its time.
ALTER TABLE record ADD COLUMN merged_into BLOB;
ALTER TABLE record ADD COLUMN merged_at INTEGER;

CREATE INDEX record_by_survivor ON record (merged_into) WHERE merged_into IS NOT NULL;
