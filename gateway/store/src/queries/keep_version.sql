INSERT INTO past_entry (patient_key, document, version, entry_uuid, metadata, replaced_at)
SELECT patient_key, document, version, entry_uuid, metadata, $3
FROM entry
WHERE patient_key = $1 AND document = $2
