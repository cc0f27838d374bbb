UPDATE entry
SET entry_uuid = $3, version = $4, metadata = $5, status = $6, status_before = $7,
    masked = $8, invisible_patient = $9, invisible_representatives = $10
WHERE patient_key = $1 AND document = $2
