UPDATE entry
SET entry_uuid = $3, version = $4, metadata = $5,
    type_code = $6, class_code = $7, format_code = $8, facility_type = $9, practice_setting = $10, mime_type = $11,
    creation = $12, service_start = $13, service_stop = $14, object = $15, online = $16,
    masked = $17, invisible_patient = $18, invisible_representatives = $19
WHERE patient_key = $1 AND document = $2
