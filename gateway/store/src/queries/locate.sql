SELECT patient_key
FROM locator
WHERE id_index = $1 AND object = $2
ORDER BY patient_key
LIMIT 32
