INSERT INTO entry (
    patient_key, document, entry_uuid, version, unique_id, copy_no, set_uuid, sequence, stored_at, status,
    hash, metadata,
    type_code, class_code, format_code, facility_type, practice_setting, mime_type, creation, service_start,
    service_stop, object, online, masked, invisible_patient, invisible_representatives)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
