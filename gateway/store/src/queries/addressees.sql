SELECT s.id, s.owner_kind, s.owner, s.topic, s.channel, s.content, s.endpoint, s.failures, s.next_try_at,
    s.last_number, d.number, r.kind AS link
FROM subscription AS s
JOIN record AS p ON p.patient_key = s.patient_key
LEFT JOIN delivery AS d
    ON d.patient_key = s.patient_key AND d.subscription = s.id AND d.message = $2
LEFT JOIN representative AS r
    ON r.patient_key = s.patient_key AND s.owner_kind = 'representative'
    AND r.representative = s.owner AND r.ended_at IS NULL
WHERE s.patient_key = $1
    AND s.status = 'active'
    AND (s.ends_at IS NULL OR s.ends_at > $4)
    AND d.delivered_at IS NULL
    AND CASE $3
        WHEN 'holder' THEN s.owner_kind IN ('holder', 'representative')
        ELSE s.owner_kind = 'professional' AND CAST(s.owner AS TEXT) = p.treating_physician
            AND NOT EXISTS (
                SELECT 1 FROM blocked AS b
                WHERE b.patient_key = s.patient_key AND b.kind = 'person' AND b.id = CAST(s.owner AS TEXT)
            )
    END
ORDER BY s.created_at, s.id
