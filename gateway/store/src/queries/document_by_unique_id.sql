SELECT document, status
FROM entry
WHERE patient_key = $1 AND unique_id = $2
ORDER BY status = 'approved' DESC, copy_no DESC
LIMIT 1
