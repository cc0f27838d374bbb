SELECT set_uuid, digest, receipt
FROM submission_set
WHERE patient_key = $1 AND unique_id = $2
