SELECT document, kind, id
FROM masked_to
WHERE patient_key = $1 AND document IN (SELECT unhex(value) FROM json_each($2))
ORDER BY document, kind, id
