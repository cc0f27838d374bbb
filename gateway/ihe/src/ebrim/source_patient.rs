//! `sourcePatientInfo`: `PID-n|value` lines (IHE ITI TF-3 §4.2.3.2.23). It is shown as sent: a line that the model
//! would not give back exactly is kept raw.

use model::{Address, Cx, Hl7Time, PersonName, Sex, SourcePatientInfo, escape, split_components, unescape};

use super::Notes;

/// Fields that must not travel.
const FORBIDDEN: [u8; 4] = [2, 4, 12, 19];

/// Reads the lines.
pub(super) fn read(lines: &[String], at: &str, notes: &mut Notes) -> SourcePatientInfo {
    let mut info = SourcePatientInfo::default();
    for line in lines {
        match split(line) {
            Some((field, _)) if FORBIDDEN.contains(&field) => notes.bad(
                at,
                format!("PID-{field} n'a pas sa place dans sourcePatientInfo"),
                format!("PID-{field} does not belong in sourcePatientInfo"),
            ),
            Some((_, "")) => {}
            Some((field, value)) => keep(&mut info, field, value, at, notes),
            None => notes.bad(at, "ligne attendue : PID-n|valeur", "expected a line: PID-n|value"),
        }
    }
    info
}

fn split(line: &str) -> Option<(u8, &str)> {
    let (field, value) = line.split_once('|')?;
    Some((field.trim().strip_prefix("PID-")?.parse().ok()?, value.trim()))
}

fn keep(info: &mut SourcePatientInfo, field: u8, value: &str, at: &str, notes: &mut Notes) {
    match field {
        // Repetitions of PID-3 stand on lines of their own or, in HL7 v2 habit, behind `~`.
        3 => {
            for cx in value.split('~') {
                info.identifiers.extend(notes.parsed(at, Cx::parse(cx)));
            }
        }
        7 if info.birth_date.is_none() => info.birth_date = notes.parsed(at, Hl7Time::parse(value)),
        8 if info.sex.is_none() && matches!(value, "F" | "M" | "U") => info.sex = Some(Sex::from_hl7(value)),
        5 if same(&name_line(&name(value)), value) => info.names.push(name(value)),
        11 if same(&address_line(&address(value)), value) => info.addresses.push(address(value)),
        _ => info.other.push((field, value.to_owned())),
    }
}

fn same(written: &str, value: &str) -> bool {
    written == value.trim_end_matches('^')
}

fn part(parts: &[&str], index: usize) -> Option<String> {
    parts.get(index).map(|part| unescape(part)).filter(|part| !part.is_empty())
}

fn name(value: &str) -> PersonName {
    let parts = split_components(value);
    PersonName { family: part(&parts, 0), given: part(&parts, 1), name_type: part(&parts, 6) }
}

fn address(value: &str) -> Address {
    let parts = split_components(value);
    Address {
        street: part(&parts, 0),
        city: part(&parts, 2),
        postal_code: part(&parts, 4),
        country: part(&parts, 5),
    }
}

/// The lines of `info`, the structured ones first.
pub(super) fn lines(info: &SourcePatientInfo) -> Vec<String> {
    let mut lines: Vec<String> = info.identifiers.iter().map(|cx| format!("PID-3|{}", cx.to_hl7())).collect();
    lines.extend(info.names.iter().map(|name| format!("PID-5|{}", name_line(name))));
    lines.extend(info.birth_date.iter().map(|date| format!("PID-7|{}", date.as_str())));
    lines.extend(info.sex.iter().map(|sex| format!("PID-8|{}", sex.hl7())));
    lines.extend(info.addresses.iter().map(|address| format!("PID-11|{}", address_line(address))));
    lines.extend(info.other.iter().map(|(field, value)| format!("PID-{field}|{value}")));
    lines
}

fn name_line(name: &PersonName) -> String {
    joined([&name.family, &name.given, &None, &None, &None, &None, &name.name_type])
}

fn address_line(address: &Address) -> String {
    joined([&address.street, &None, &address.city, &None, &address.postal_code, &address.country, &None])
}

fn joined(parts: [&Option<String>; 7]) -> String {
    let parts: Vec<String> =
        parts.into_iter().map(|part| part.as_deref().map(escape).unwrap_or_default()).collect();
    parts.join("^").trim_end_matches('^').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_lines(lines: &[&str]) -> (SourcePatientInfo, Notes) {
        let mut notes = Notes::default();
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        (read(&lines, "here", &mut notes), notes)
    }

    #[test]
    fn traits_are_structured_and_read_back() {
        let sent = [
            "PID-3|pid1^^^&1.2.3&ISO^PI",
            "PID-5|DOE^Jeanne^^^^^L",
            "PID-7|19560527",
            "PID-8|F",
            "PID-11|1 rue Haute^^Metz^^57000^FRA",
        ];
        let (info, notes) = read_lines(&sent);
        assert!(!notes.refuse());
        assert_eq!(info.names[0].given.as_deref(), Some("Jeanne"));
        assert_eq!(info.addresses[0].postal_code.as_deref(), Some("57000"));
        assert_eq!(lines(&info), sent);
    }

    #[test]
    fn a_line_that_the_model_would_shorten_is_kept_as_sent() {
        let sent = [
            "PID-5|DOE^Jeanne^Marie^^Dr^^L",
            "PID-8|A",
            "PID-11|100 Main St^^Metropolis^Il^44130^USA",
            "PID-13|+33",
        ];
        let (info, notes) = read_lines(&sent);
        assert!(!notes.refuse());
        assert!(info.names.is_empty());
        assert_eq!(lines(&info), sent);
    }

    #[test]
    fn forbidden_fields_and_noise_are_findings() {
        let (_, notes) = read_lines(&["PID-4|x", "PID|x", "PID-7|1956-05-27", "PID-3|no authority"]);
        assert_eq!(notes.into_findings().len(), 4);
    }
}
