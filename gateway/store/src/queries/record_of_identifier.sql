SELECT
    r.patient_key, r.state, r.facts_version, r.last_sequence, r.wrapped_key, r.identity, r.notice, r.card_index,
    r.notified_at, r.activated_at, r.closed_at, r.opposed_at, r.merged_into
FROM record AS r
WHERE r.patient_key = coalesce(
    (SELECT coalesce(o.merged_into, o.patient_key) FROM record AS o WHERE o.ins_index = $1),
    (SELECT k.patient_key FROM known_as AS k WHERE k.identifier = $1))
