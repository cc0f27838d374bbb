UPDATE folder
SET entry_uuid = $3, version = $4, last_update = $5, metadata = $6
WHERE patient_key = $1 AND folder = $2
