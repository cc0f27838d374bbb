SELECT wrapped_key, size, sha256, chunks
FROM document
WHERE patient_key = $1 AND document = $2
