SELECT r.patient_key
FROM record AS r
WHERE NOT EXISTS (SELECT 1 FROM lane AS l WHERE l.lane = r.patient_key)
LIMIT 1000
