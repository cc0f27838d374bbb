UPDATE record
SET break_glass_opposed = max(record.break_glass_opposed, o.break_glass_opposed),
    centre_15_opposed = max(record.centre_15_opposed, o.centre_15_opposed),
    masked_in_break_glass = min(record.masked_in_break_glass, o.masked_in_break_glass),
    masked_in_centre_15 = min(record.masked_in_centre_15, o.masked_in_centre_15),
    break_glass_opposed_since = coalesce(record.break_glass_opposed_since, o.break_glass_opposed_since),
    centre_15_opposed_since = coalesce(record.centre_15_opposed_since, o.centre_15_opposed_since),
    masked_in_break_glass_since = CASE min(record.masked_in_break_glass, o.masked_in_break_glass)
        WHEN 1 THEN record.masked_in_break_glass_since END,
    masked_in_centre_15_since = CASE min(record.masked_in_centre_15, o.masked_in_centre_15)
        WHEN 1 THEN record.masked_in_centre_15_since END,
    notice = CASE WHEN 'each' IN (record.notice, o.notice) THEN 'each' ELSE record.notice END,
    notified_at = min(coalesce(record.notified_at, o.notified_at), coalesce(o.notified_at, record.notified_at)),
    opened_at = coalesce(record.opened_at, o.opened_at),
    activated_at = coalesce(record.activated_at, o.activated_at),
    closed_at = max(coalesce(record.closed_at, o.closed_at), coalesce(o.closed_at, record.closed_at)),
    opposed_at = max(coalesce(record.opposed_at, o.opposed_at), coalesce(o.opposed_at, record.opposed_at))
FROM (SELECT * FROM record WHERE patient_key = $1) AS o
WHERE record.patient_key = $2
