INSERT INTO past_folder (patient_key, folder, version, entry_uuid, last_update, metadata)
SELECT patient_key, folder, version, entry_uuid, last_update, metadata
FROM folder
WHERE patient_key = $1 AND folder = $2 AND version = $3
