SELECT
    r.patient_key, r.state, r.facts_version, r.last_sequence, r.wrapped_key, r.identity, r.notice, r.card_index,
    r.notified_at, r.activated_at, r.closed_at, r.opposed_at, r.merged_into,
    r.break_glass_opposed, r.centre_15_opposed, r.masked_in_break_glass, r.masked_in_centre_15,
    coalesce(r.treating_physician = $2, 0) AS treating_physician,
    (SELECT max(a.until) FROM authorisation AS a
     WHERE a.patient_key = r.patient_key
       AND (a.kind, a.id) IN (VALUES ('person', $2), ('structure', $3))) AS authorised_until,
    (SELECT max(a.until) FROM authorisation AS a
     WHERE a.patient_key = r.patient_key AND a.granted_by_holder = 1
       AND (a.kind, a.id) IN (VALUES ('person', $2), ('structure', $3))) AS granted_until,
    EXISTS (SELECT 1 FROM blocked AS b
     WHERE b.patient_key = r.patient_key
       AND (b.kind, b.id) IN (VALUES ('person', $2), ('structure', $3))) AS is_blocked,
    EXISTS (SELECT 1 FROM feeding_refusal AS f
     WHERE f.patient_key = r.patient_key
       AND (f.kind, f.id) IN (VALUES ('person', $2), ('structure', $3))) AS feeding_refused
FROM record AS r
WHERE r.ins_index = $1
