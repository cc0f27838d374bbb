//! The patterns of IHE author parameters: `%` any run, `_` one character, the whole text, case as written.

/// True if `text` follows `pattern`.
pub fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen) = (0, 0);
    // Where the last `%` stood, and how much of the text it has taken.
    let mut run: Option<(usize, usize)> = None;
    while let Some(character) = text.get(seen) {
        match (pattern.get(at), run) {
            (Some('%'), _) => {
                run = Some((at, seen));
                at += 1;
            }
            (Some(wanted), _) if *wanted == '_' || wanted == character => {
                at += 1;
                seen += 1;
            }
            (_, Some((percent, taken))) => {
                run = Some((percent, taken + 1));
                at = percent + 1;
                seen = taken + 1;
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_the_whole_text() {
        for (pattern, text) in [
            ("%", ""),
            ("a%", "abc"),
            ("%c", "abc"),
            ("a_c", "abc"),
            ("%b%", "abc"),
            ("%é_", "créé"),
            ("a%%c", "ac"),
        ] {
            assert!(like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("a", "abc"), ("_", ""), ("a_c", "ac"), ("A%", "abc"), ("%d%", "abc"), ("", "a")]
        {
            assert!(!like(pattern, text), "{pattern} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_text_without_wildcards_is_only_like_itself(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            proptest::prop_assert_eq!(like(&a, &b), a == b);
        }

        #[test]
        fn two_runs_find_what_contains(part in "[ab]{0,3}", text in "[ab]{0,8}") {
            proptest::prop_assert_eq!(like(&format!("%{part}%"), &text), text.contains(&part));
        }
    }
}
