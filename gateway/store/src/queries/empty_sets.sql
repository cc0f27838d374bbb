UPDATE submission_set
SET metadata = x''
WHERE patient_key = $1 AND length(metadata) > 0
  AND NOT EXISTS (SELECT 1 FROM entry AS e
                  WHERE e.patient_key = submission_set.patient_key AND e.set_uuid = submission_set.set_uuid)
