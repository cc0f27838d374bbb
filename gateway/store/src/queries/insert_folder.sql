INSERT INTO folder (patient_key, folder, entry_uuid, version, unique_id, set_uuid, status, last_update, metadata)
VALUES ($1, $2, $3, $4, $5, $6, 'approved', $7, $8)
