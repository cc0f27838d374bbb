SELECT link, kind
FROM representative
WHERE patient_key = $1 AND representative = $2 AND ended_at IS NULL
