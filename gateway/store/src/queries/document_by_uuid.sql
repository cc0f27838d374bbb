SELECT document, status
FROM entry
WHERE patient_key = $1
  AND (document = $2 OR entry_uuid = $2
       OR document IN (SELECT document FROM past_entry WHERE patient_key = $1 AND entry_uuid = $2))
ORDER BY document = $2 DESC, entry_uuid = $2 DESC
LIMIT 1
