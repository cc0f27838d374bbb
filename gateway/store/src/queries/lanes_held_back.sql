SELECT count(*)
FROM lane AS l
LEFT JOIN journal AS head ON head.lane = l.lane AND head.seq = l.last_seq
LEFT JOIN sealed_head AS s ON s.lane = l.lane
LEFT JOIN journal AS kept ON kept.lane = s.lane AND kept.seq = s.seq
WHERE head.chain IS NOT l.last_chain
   OR (s.seq IS NOT NULL AND (l.last_seq < s.seq OR kept.chain IS NOT s.chain))
