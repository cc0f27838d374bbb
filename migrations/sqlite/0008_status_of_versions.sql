-- An earlier version says which status it had; of versions that were kept before, nobody knows any more.
ALTER TABLE past_entry ADD COLUMN status TEXT
    CONSTRAINT past_entry_status_is_known CHECK (status IN ('approved', 'deprecated', 'archived', 'deleted'));
