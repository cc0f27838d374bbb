-- The objects of a registry: folders, memberships, on-demand entries, documents held elsewhere. Forward only.
-- Encrypted columns are marked "enc" as in the first step.

-- A stable document, or one made at each retrieval; whether its bytes are in this repository.
ALTER TABLE entry ADD COLUMN object TEXT NOT NULL DEFAULT 'stable'
    CONSTRAINT entry_object_is_known CHECK (object IN ('stable', 'on-demand'));
ALTER TABLE document ADD COLUMN held INTEGER NOT NULL DEFAULT 1
    CONSTRAINT document_held_is_boolean CHECK (held IN (0, 1));

-- documentAvailability: whether it can be retrieved now.
ALTER TABLE entry ADD COLUMN online INTEGER NOT NULL DEFAULT 1
    CONSTRAINT entry_online_is_boolean CHECK (online IN (0, 1));

-- The current metadata of a folder. Its codes stay sealed: a record has few folders.
CREATE TABLE folder (
    patient_key BLOB    NOT NULL,
    folder      BLOB    NOT NULL, -- logicalID
    entry_uuid  BLOB    NOT NULL,
    version     INTEGER NOT NULL,
    unique_id   TEXT    NOT NULL,
    set_uuid    BLOB    NOT NULL, -- the set that it came with
    status      TEXT    NOT NULL,
    last_update INTEGER NOT NULL,
    metadata    BLOB    NOT NULL, -- enc
    CONSTRAINT folder_pk PRIMARY KEY (patient_key, folder),
    CONSTRAINT folder_unique_id_is_free UNIQUE (patient_key, unique_id),
    CONSTRAINT folder_is_of_a_set
        FOREIGN KEY (patient_key, set_uuid) REFERENCES submission_set (patient_key, set_uuid),
    CONSTRAINT folder_status_is_known CHECK (status IN ('approved', 'deprecated', 'archived', 'deleted'))
) STRICT, WITHOUT ROWID;

-- Earlier versions of a folder's metadata.
CREATE TABLE past_folder (
    patient_key BLOB    NOT NULL,
    folder      BLOB    NOT NULL,
    version     INTEGER NOT NULL,
    entry_uuid  BLOB    NOT NULL,
    last_update INTEGER NOT NULL,
    metadata    BLOB    NOT NULL, -- enc
    CONSTRAINT past_folder_pk PRIMARY KEY (patient_key, folder, version),
    CONSTRAINT past_folder_is_of_a_folder
        FOREIGN KEY (patient_key, folder) REFERENCES folder (patient_key, folder)
) STRICT, WITHOUT ROWID;

-- Every association: relationships between documents, what a set or a folder holds, and what holds such a membership.
-- Documents and folders stand by their logicalID, so that an association outlives a change of metadata.
CREATE TABLE association_of_objects (
    patient_key    BLOB NOT NULL,
    association    BLOB NOT NULL, -- entryUUID
    kind           TEXT NOT NULL, -- URN
    source         BLOB NOT NULL, -- logicalID of a document or folder, entryUUID of a set
    source_object  TEXT NOT NULL,
    target         BLOB NOT NULL, -- the same, or the entryUUID of an association
    target_object  TEXT NOT NULL,
    set_status     TEXT,             -- SubmissionSetStatus, of a set's document only
    target_version INTEGER,          -- the version that came with the set
    status         TEXT NOT NULL DEFAULT 'approved',
    details        BLOB,             -- enc: documentation of the relationship
    CONSTRAINT association_pk PRIMARY KEY (patient_key, association),
    CONSTRAINT association_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT association_source_is_known CHECK (source_object IN ('document', 'set', 'folder')),
    CONSTRAINT association_target_is_known CHECK (target_object IN ('document', 'set', 'folder', 'association')),
    CONSTRAINT association_set_status_is_known CHECK (set_status IN ('original', 'reference')),
    CONSTRAINT association_status_is_known CHECK (status IN ('approved', 'deprecated'))
) STRICT, WITHOUT ROWID;

INSERT INTO association_of_objects (
    patient_key, association, kind, source, source_object, target, target_object)
SELECT patient_key, association, kind, source, 'document', target, target_object
FROM association;

-- Every document is an original member of its set. These memberships had no id before: they get one by chance.
INSERT INTO association_of_objects (
    patient_key, association, kind, source, source_object, target, target_object, set_status, target_version)
SELECT patient_key, randomblob(16), 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember', set_uuid, 'set',
    document, 'document', 'original', 1
FROM entry;

DROP TABLE association;
ALTER TABLE association_of_objects RENAME TO association;
CREATE INDEX association_by_source ON association (patient_key, source);
CREATE INDEX association_by_target ON association (patient_key, target);

-- The locator names folders too.
CREATE TABLE locator_of_objects (
    id_index    BLOB NOT NULL,
    patient_key BLOB NOT NULL,
    kind        TEXT NOT NULL,
    object      TEXT NOT NULL,
    CONSTRAINT locator_pk PRIMARY KEY (id_index, patient_key),
    CONSTRAINT locator_is_of_a_record FOREIGN KEY (patient_key) REFERENCES record (patient_key),
    CONSTRAINT locator_kind_is_known CHECK (kind IN ('uuid', 'unique')),
    CONSTRAINT locator_object_is_known CHECK (object IN ('patient', 'document', 'set', 'folder', 'association'))
) STRICT, WITHOUT ROWID;

INSERT INTO locator_of_objects (id_index, patient_key, kind, object)
SELECT id_index, patient_key, kind, object
FROM locator;

DROP TABLE locator;
ALTER TABLE locator_of_objects RENAME TO locator;
CREATE UNIQUE INDEX locator_uuid_is_free ON locator (id_index) WHERE kind = 'uuid';
