SELECT o.id, o.recipient, o.event, o.secret, o.payload, o.created_at, r.number,
    EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_representatives = 1
    ) AS kept_from_representatives
FROM delivery AS r
JOIN outbox AS o ON o.patient_key = r.patient_key AND o.id = r.message
WHERE r.patient_key = $1 AND r.subscription = $2
    AND r.number BETWEEN $3 AND $4
    AND o.kind = 'notification'
    AND NOT (o.recipient = 'holder' AND EXISTS (
        SELECT 1
        FROM outbox_document AS d
        JOIN entry AS e ON e.patient_key = d.patient_key AND e.document = d.document
        WHERE d.patient_key = o.patient_key AND d.id = o.id AND e.invisible_patient = 1
    ))
ORDER BY r.number
LIMIT $5
