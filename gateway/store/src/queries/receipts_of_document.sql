SELECT DISTINCT s.set_uuid, s.receipt, s.committed_at
FROM entry AS e
JOIN submission_set AS s ON s.patient_key = e.patient_key AND s.set_uuid = e.set_uuid
WHERE e.patient_key = $1 AND e.unique_id = $2
ORDER BY s.committed_at, s.set_uuid
LIMIT 32
