SELECT patient_key
FROM locator
WHERE id_index = $1 AND object IN (SELECT value FROM json_each($2))
ORDER BY patient_key
LIMIT 32
