DELETE FROM content_chunk
WHERE patient_key = $1 AND document = $2 AND idx IN (
    SELECT idx FROM content_chunk WHERE patient_key = $1 AND document = $2 ORDER BY idx LIMIT $3)
