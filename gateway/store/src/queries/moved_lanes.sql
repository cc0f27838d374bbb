SELECT l.lane, l.last_seq, l.last_chain, s.place, s.seq AS sealed_seq
FROM lane AS l
JOIN journal AS head ON head.lane = l.lane AND head.seq = l.last_seq AND head.chain = l.last_chain
LEFT JOIN sealed_head AS s ON s.lane = l.lane
LEFT JOIN journal AS kept ON kept.lane = s.lane AND kept.seq = s.seq
WHERE s.seq IS NULL OR (l.last_seq > s.seq AND kept.chain = s.chain)
ORDER BY s.place IS NULL, s.place, l.lane
LIMIT $1
