UPDATE document
SET wrapped_key = NULL, size = 0, sha256 = x'', chunks = 0, spent_unique_id = $3
WHERE patient_key = $1 AND document = $2
