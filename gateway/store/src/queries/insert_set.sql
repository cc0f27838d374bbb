INSERT INTO submission_set (patient_key, set_uuid, unique_id, digest, metadata, receipt, committed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
