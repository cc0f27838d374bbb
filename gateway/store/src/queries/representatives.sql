SELECT link, ins, kind, since, ended_at
FROM representative
WHERE patient_key = $1
ORDER BY since, link
