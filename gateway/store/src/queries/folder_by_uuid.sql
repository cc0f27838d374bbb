SELECT folder, status
FROM folder
WHERE patient_key = $1
  AND (folder = $2 OR entry_uuid = $2
       OR folder IN (SELECT folder FROM past_folder WHERE patient_key = $1 AND entry_uuid = $2))
LIMIT 1
