INSERT INTO usage_count (month, act, kind, mode, outcome, events)
VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT (month, act, kind, mode, outcome) DO UPDATE SET events = events + 1
