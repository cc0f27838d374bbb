UPDATE record
SET wrapped_key = NULL, identity = x'', state = 'erased', facts_version = facts_version + 1, last_sequence = 0,
    opened_at = NULL, closed_at = NULL, notified_at = NULL, activated_at = NULL, opposed_at = NULL,
    break_glass_opposed = 0, centre_15_opposed = 0, masked_in_break_glass = 0, masked_in_centre_15 = 0,
    break_glass_opposed_since = NULL, centre_15_opposed_since = NULL, masked_in_break_glass_since = NULL,
    masked_in_centre_15_since = NULL, treating_physician = NULL, treating_since = NULL, card_index = NULL,
    notice = 'first', merged_into = NULL, merged_at = NULL
WHERE patient_key = $1
