UPDATE association
SET status = 'deprecated'
WHERE patient_key = $1 AND source_object <> 'set' AND (source = $2 OR target = $2)
