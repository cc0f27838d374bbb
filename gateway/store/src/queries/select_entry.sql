SELECT
    e.document, e.entry_uuid, e.version, e.status, e.object, e.creation, e.sequence, e.stored_at, e.metadata, e.set_uuid,
    e.service_start, e.service_stop,
    coalesce((SELECT max(p.replaced_at) FROM past_entry AS p
              WHERE p.patient_key = e.patient_key AND p.document = e.document), e.stored_at) AS changed_at,
    s.metadata AS set_metadata,
    coalesce(d.added_by_holder, 0) AS added_by_holder,
    coalesce(d.depositor_was_blocked, 0) AS depositor_was_blocked,
    coalesce(d.held, 0) AS held
FROM entry AS e
JOIN submission_set AS s ON s.patient_key = e.patient_key AND s.set_uuid = e.set_uuid
LEFT JOIN document AS d ON d.patient_key = e.patient_key AND d.document = e.document
