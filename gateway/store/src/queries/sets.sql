SELECT set_uuid, metadata, committed_at
FROM submission_set
WHERE patient_key = $1 AND length(metadata) > 0
ORDER BY committed_at, set_uuid
