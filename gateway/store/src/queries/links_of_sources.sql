SELECT association, kind, source, target
FROM association
WHERE patient_key = $1 AND source IN (SELECT unhex(value) FROM json_each($2))
ORDER BY source, association
