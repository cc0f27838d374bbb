SELECT
    r.patient_key, r.state, r.facts_version, r.last_sequence, r.wrapped_key, r.identity, r.notice, r.card_index,
    r.notified_at, r.activated_at, r.closed_at, r.opposed_at, r.merged_into
FROM record AS r
WHERE r.merged_into IS NULL AND r.centre_15_opposed = 0
    AND (r.state = 'open' OR r.state = 'notified' AND r.notified_at <= 