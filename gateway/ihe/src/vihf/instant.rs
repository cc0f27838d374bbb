//! xs:dateTime with a time zone, as SAML and WS-Security write instants.

use model::Moment;

/// Parses `YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)`; without zone, or with a day or hour that does not exist, it
/// is none.
pub(super) fn parse(text: &str) -> Option<Moment> {
    let pattern = "dddd-dd-ddTdd:dd:dd";
    let (civil, rest) = text.split_at_checked(pattern.len())?;
    if !follows(civil, pattern) || civil.get(17..)? > "59" || civil.get(11..13)? > "23" {
        return None;
    }
    let digits =
        rest.strip_prefix('.').map(|fraction| fraction.bytes().take_while(u8::is_ascii_digit).count());
    let zone = match digits {
        None => rest,
        Some(count @ 1..=9) => rest.get(count.saturating_add(1)..)?,
        Some(_) => return None,
    };
    let offset = follows(zone, "+dd:dd") || follows(zone, "-dd:dd");
    if zone != "Z" && !(offset && zone.get(1..)? <= "14:00" && zone.get(4..)? <= "59") {
        return None;
    }
    text.parse::<jiff::Timestamp>().ok().map(|instant| Moment(instant.as_microsecond()))
}

fn follows(text: &str, pattern: &str) -> bool {
    let fits = |(c, p): (u8, u8)| if p == b'd' { c.is_ascii_digit() } else { c == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_any_zone_are_the_same() {
        let expected = parse("2026-03-14T21:07:33Z");
        assert!(expected.is_some());
        for same in ["2026-03-14T22:07:33+01:00", "2026-03-14T21:07:33.000000Z", "2026-03-14T16:37:33-04:30"]
        {
            assert_eq!(parse(same), expected, "{same}");
        }
        let half = parse("2026-03-14T21:07:33.5Z").zip(expected).map(|(half, whole)| half.0 - whole.0);
        assert_eq!(half, Some(500_000));
    }

    #[test]
    fn what_is_not_an_instant_is_none() {
        for wrong in [
            "",
            "2026-03-14",
            "2026-03-14T21:07:33",
            "2026-03-14 21:07:33Z",
            "2026-03-14T21:07Z",
            "2026-02-30T00:00:00Z",
            "2026-03-14T24:00:00Z",
            "2026-03-14T21:07:60Z",
            "2026-03-14T21:60:00Z",
            "2026-03-14T21:07:33.Z",
            "2026-03-14T21:07:33z",
            "2026-03-14T21:07:33+15:00",
            "2026-03-14T21:07:33+01:60",
            "2026-03-14T21:07:33+01",
            " 2026-03-14T21:07:33Z",
            "2026-03-14T21:07:33Z ",
            "+02026-03-14T21:07:33Z",
            "2026-03-14T21:07:33.0123456789Z",
            "2026-03-14T21:07:33Z[UTC]",
            "２026-03-14T21:07:33Z",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
