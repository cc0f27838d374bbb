DELETE FROM association
WHERE patient_key = $1 AND target_object = 'association'
  AND target IN (SELECT association FROM association WHERE patient_key = $1 AND (source = $2 OR target = $2))
