INSERT INTO past_entry (patient_key, document, version, entry_uuid, metadata, replaced_at, status)
SELECT patient_key, document, version, entry_uuid, metadata, $3, status
FROM entry
WHERE patient_key = $1 AND document = $2
