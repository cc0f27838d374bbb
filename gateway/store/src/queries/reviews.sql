SELECT r.patient_key, r.event, min(r.at) AS since, group_concat(r.reason) AS reasons, j.payload
FROM review AS r
JOIN journal AS j ON j.lane = r.patient_key AND j.event = r.event AND j.payload IS NOT NULL
WHERE r.closed_at IS NULL
GROUP BY r.patient_key, r.event
ORDER BY since, r.event
LIMIT $1
