INSERT INTO association (
    patient_key, association, kind, source, source_object, target, target_object, set_status, target_version,
    status, details)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'approved', $10)
