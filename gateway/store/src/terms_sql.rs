//! The terms of a search as conditions. What stands in sealed metadata only is not here: `search` matches it on opened
//! entries.

use journey::is_sealed;
use model::{
    AssociationKind, CodeField, CodeTest, Criterion, DateRange, InstantField, ObjectRef, Optional, Sort, Term,
};
use policy::Visibility;
use sqlx::{QueryBuilder, Sqlite};

use crate::entries::push_named;
use crate::keys::Keys;
use crate::row::{code_key, scheme_prefix};
use crate::visibility_sql::{push_visibility, text_list};

/// Terms in the making.
pub(crate) struct Terms<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) visibility: &'a Visibility,
}

impl Terms<'_> {
    /// Appends the terms to a query of entries `e`.
    pub(crate) fn push(&self, query: &mut QueryBuilder<Sqlite>, terms: &[Term]) {
        for term in terms.iter().filter(|term| !term.any.iter().any(is_sealed)) {
            query.push(if term.not { " AND NOT (FALSE" } else { " AND (FALSE" });
            for criterion in &term.any {
                query.push(" OR (");
                self.push_criterion(query, criterion);
                query.push(")");
            }
            query.push(")");
        }
    }

    fn push_criterion(&self, query: &mut QueryBuilder<Sqlite>, criterion: &Criterion) {
        match criterion {
            Criterion::Code(field, test) => push_code(query, *field, test),
            Criterion::MimeType(mime_type) => {
                query.push("e.mime_type = ").push_bind(mime_type.clone());
            }
            Criterion::Instant { field, range, outside } => {
                let column = instant(*field);
                query.push(column).push(" IS NOT NULL AND ");
                push_ranges(query, &[(column, range)], *outside);
            }
            Criterion::Period { begins, ends, outside } => {
                query.push("(e.service_start IS NOT NULL OR e.service_stop IS NOT NULL) AND ");
                let from = "coalesce(e.service_start, -9223372036854775807)";
                let to = "coalesce(e.service_stop, 9223372036854775807)";
                push_ranges(query, &[(from, begins), (to, ends)], *outside);
            }
            Criterion::Uuid(id) => {
                query.push("TRUE");
                push_named(query, std::slice::from_ref(id));
            }
            Criterion::UniqueId(id) => {
                query.push("e.unique_id = ").push_bind(id.as_str().to_owned());
            }
            Criterion::Relates { kinds, target } => self.push_relates(query, kinds, target.as_ref()),
            Criterion::Missing(optional) => {
                query.push(match optional {
                    Optional::ServiceStart => "e.service_start IS NULL",
                    Optional::ServiceStop => "e.service_stop IS NULL",
                    Optional::Period => "e.service_start IS NULL AND e.service_stop IS NULL",
                    Optional::Event => {
                        "NOT EXISTS (SELECT 1 FROM entry_event_code AS c \
                         WHERE c.patient_key = e.patient_key AND c.document = e.document)"
                    }
                    Optional::Reference | Optional::Author | Optional::Comments => "FALSE",
                });
            }
            // Sealed: never asked of the database.
            Criterion::Language(_)
            | Criterion::Reference(_)
            | Criterion::Author(_)
            | Criterion::Comments(_) => {
                query.push("FALSE");
            }
        }
    }

    /// The other end must show as well: a link to what is hidden would tell that it exists.
    fn push_relates(
        &self,
        query: &mut QueryBuilder<Sqlite>,
        kinds: &[AssociationKind],
        target: Option<&ObjectRef>,
    ) {
        query.push("EXISTS (SELECT 1 FROM association AS a WHERE a.patient_key = e.patient_key");
        query.push(" AND a.source = e.document AND a.target_object = 'document'");
        if !kinds.is_empty() {
            let urns = text_list(kinds.iter().map(|kind| kind.urn().to_owned()));
            query.push(" AND a.kind IN (SELECT value FROM json_each(").push_bind(urns).push("))");
        }
        query.push(" AND a.target IN (SELECT e.document FROM entry AS e WHERE e.patient_key = a.patient_key");
        match target {
            Some(ObjectRef::Uuid(id)) => push_named(query, std::slice::from_ref(id)),
            Some(ObjectRef::Unique(id)) => {
                query.push(" AND e.unique_id = ").push_bind(id.as_str().to_owned());
            }
            None => {}
        }
        push_visibility(query, self.keys, self.visibility);
        query.push("))");
    }
}

/// What an answer is ordered by; what has no such instant comes last in either direction.
pub(crate) const fn order_of(sort: Sort) -> &'static str {
    match (sort.by, sort.descending) {
        (InstantField::Creation, _) => "e.creation",
        (InstantField::Changed, _) => CHANGED,
        (InstantField::ServiceStart, true) => "coalesce(e.service_start, -9223372036854775807)",
        (InstantField::ServiceStart, false) => "coalesce(e.service_start, 9223372036854775807)",
        (InstantField::ServiceStop, true) => "coalesce(e.service_stop, -9223372036854775807)",
        (InstantField::ServiceStop, false) => "coalesce(e.service_stop, 9223372036854775807)",
    }
}

const CHANGED: &str = "coalesce((SELECT max(p.replaced_at) FROM past_entry AS p \
     WHERE p.patient_key = e.patient_key AND p.document = e.document), e.stored_at)";

const fn instant(field: InstantField) -> &'static str {
    match field {
        InstantField::Creation => "e.creation",
        InstantField::ServiceStart => "e.service_start",
        InstantField::ServiceStop => "e.service_stop",
        InstantField::Changed => CHANGED,
    }
}

/// Every value in its range or, `outside`, not.
fn push_ranges(query: &mut QueryBuilder<Sqlite>, ranges: &[(&str, &DateRange)], outside: bool) {
    query.push(if outside { "NOT (TRUE" } else { "(TRUE" });
    for (value, range) in ranges {
        for (bound, compares) in [(range.from, " >= "), (range.to, " < ")] {
            if let Some(bound) = bound {
                query.push(" AND ").push(*value).push(compares).push_bind(bound.0);
            }
        }
    }
    query.push(")");
}

fn push_code(query: &mut QueryBuilder<Sqlite>, field: CodeField, test: &CodeTest) {
    let child = |query: &mut QueryBuilder<Sqlite>, table: &str| {
        query.push("EXISTS (SELECT 1 FROM ").push(table).push(" AS c");
        query.push(" WHERE c.patient_key = e.patient_key AND c.document = e.document AND ");
        push_code_test(query, "c.code", test);
        query.push(")");
    };
    match field {
        CodeField::Type => push_code_test(query, "e.type_code", test),
        CodeField::Class => push_code_test(query, "e.class_code", test),
        CodeField::PracticeSetting => push_code_test(query, "e.practice_setting", test),
        CodeField::FacilityType => push_code_test(query, "e.facility_type", test),
        CodeField::Format => push_code_test(query, "e.format_code", test),
        CodeField::Event => child(query, "entry_event_code"),
        CodeField::Confidentiality => child(query, "entry_confidentiality"),
    }
}

/// A column holds `system|value`, the system with its own `|` escaped: a value is what follows the first `|` that is
/// not, so that a code of any scheme is compared from the end and after an unescaped one.
fn push_code_test(query: &mut QueryBuilder<Sqlite>, column: &str, test: &CodeTest) {
    let bound = |query: &mut QueryBuilder<Sqlite>, part: &str, text: String| {
        query.push(part.replace("{}", column)).push_bind(text);
    };
    match test {
        CodeTest::Is(code) => bound(query, "{} = ", code_key(code)),
        CodeTest::Scheme(system) => {
            let prefix = scheme_prefix(system);
            bound(query, "substr({}, 1, length(", prefix.clone());
            query.push(")) = ").push_bind(prefix);
        }
        CodeTest::Value(value) => {
            let suffix = format!("|{value}");
            bound(query, "length({}) >= length(", suffix.clone());
            bound(query, ") AND substr({}, -length(", suffix.clone());
            query.push(")) = ").push_bind(suffix);
        }
    }
}
