SELECT bytes
FROM content_chunk
WHERE patient_key = $1 AND document = $2 AND idx = $3
