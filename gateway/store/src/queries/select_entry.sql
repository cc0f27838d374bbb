SELECT
    e.document, e.entry_uuid, e.version, e.status, e.creation, e.sequence, e.stored_at, e.metadata, e.set_uuid,
    s.metadata AS set_metadata
FROM entry AS e
JOIN submission_set AS s ON s.patient_key = e.patient_key AND s.set_uuid = e.set_uuid
