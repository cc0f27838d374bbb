SELECT CASE granted_by_holder WHEN 1 THEN 'granted' ELSE 'authorised' END AS what,
    kind, id, NULL AS document, since, until, ground
FROM authorisation WHERE patient_key = $1
UNION ALL
SELECT 'blocked', kind, id, NULL, since, NULL, NULL FROM blocked WHERE patient_key = $1
UNION ALL
SELECT 'feeding-refused', kind, id, NULL, since, NULL, NULL FROM feeding_refusal WHERE patient_key = $1
UNION ALL
SELECT 'masked-to', kind, id, document, since, NULL, NULL FROM masked_to WHERE patient_key = $1
UNION ALL
SELECT 'treating', 'person', treating_physician, NULL, coalesce(treating_since, 0), NULL, NULL
FROM record WHERE patient_key = $1 AND treating_physician IS NOT NULL
UNION ALL
SELECT 'opposed', 'mode', 'bris_de_glace', NULL, coalesce(break_glass_opposed_since, 0), NULL, NULL
FROM record WHERE patient_key = $1 AND break_glass_opposed = 1
UNION ALL
SELECT 'opposed', 'mode', 'centre_15', NULL, coalesce(centre_15_opposed_since, 0), NULL, NULL
FROM record WHERE patient_key = $1 AND centre_15_opposed = 1
UNION ALL
SELECT 'masked-allowed', 'mode', 'bris_de_glace', NULL, coalesce(masked_in_break_glass_since, 0), NULL, NULL
FROM record WHERE patient_key = $1 AND masked_in_break_glass = 1
UNION ALL
SELECT 'masked-allowed', 'mode', 'centre_15', NULL, coalesce(masked_in_centre_15_since, 0), NULL, NULL
FROM record WHERE patient_key = $1 AND masked_in_centre_15 = 1
