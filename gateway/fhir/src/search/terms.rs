//! The values of search parameters as tests: codes, texts, identifiers, authors, instants, each with its alternatives.

use mappings::Systems;
use model::{AuthorTest, CodeTest, Compared, Finding, IdentifierTest, Moment, TextTest};
use serde_json::json;

use super::instant::{self, InstantTest};
use super::refuse;
use super::token::{Token, texts, tokens};
use crate::codec::Element;
use crate::document_reference::identified;

/// What a value could not be read as.
pub(crate) type Wrong = Box<Finding>;

/// A refusal of a value.
pub(crate) fn wrong(parameter: &str, fr: &str, en: &str) -> Wrong {
    Box::new(refuse(parameter, fr, en))
}

/// A modifier that the parameter does not take.
pub(crate) fn no_modifier(parameter: &str) -> Wrong {
    wrong(
        parameter,
        "modificateur ou chaîne non pris en charge pour ce paramètre",
        "modifier or chain not supported for this parameter",
    )
}

/// Codes: `code`, `system|code`, `system|`.
pub(crate) fn codes(parameter: &str, value: &str, systems: &Systems) -> Result<Vec<CodeTest>, Wrong> {
    let read = |token: Token| match token.system {
        None if token.code.is_empty() => Err(wrong(
            parameter,
            "code attendu : code, système|code ou système|",
            "expected a code: code, system|code or system|",
        )),
        None => Ok(CodeTest::Value(token.code)),
        Some(system) if token.code.is_empty() => Ok(CodeTest::Scheme(systems.from_fhir(&system))),
        Some(system) => Ok(CodeTest::Is(model::Code::new(token.code, systems.from_fhir(&system)))),
    };
    tokens(value).into_iter().map(read).collect()
}

/// Texts, compared as the modifier says: from the start and whatever case and accents without one.
pub(crate) fn text_tests(
    parameter: &str,
    modifier: Option<&str>,
    value: &str,
) -> Result<Vec<TextTest>, Wrong> {
    let compared = match modifier {
        None => Compared::Starts,
        Some("exact") => Compared::Is,
        Some("contains") => Compared::Holds,
        Some(_) => return Err(no_modifier(parameter)),
    };
    Ok(texts(value).iter().map(|text| TextTest::new(compared, text)).collect())
}

/// Identifiers: `value`, `system|value`, `system|`, `|value`; the systems are those that `identifier` elements have.
pub(crate) fn identifiers(value: &str) -> Vec<IdentifierTest> {
    let read = |token: Token| {
        let code = (!token.code.is_empty()).then_some(token.code);
        match token.system {
            None => IdentifierTest { authority: None, value: code },
            Some(system) if system.is_empty() => {
                IdentifierTest { authority: Some(String::new()), value: code }
            }
            Some(system) => {
                let read = json!({"system": system, "value": code.clone().unwrap_or_default()});
                let read = identified(&Element::root(&read));
                let authority = read.authority.map_or(system, |oid| oid.as_str().to_owned());
                IdentifierTest { authority: Some(authority), value: code.and(read.id) }
            }
        }
    };
    tokens(value).into_iter().map(read).collect()
}

/// What is asked of an author through a chain; the last step says what.
pub(crate) fn author_tests(
    parameter: &str,
    chain: &str,
    modifier: Option<&str>,
    value: &str,
) -> Result<Vec<AuthorTest>, Wrong> {
    let of = |make: fn(TextTest) -> AuthorTest| {
        Ok(text_tests(parameter, modifier, value)?.into_iter().map(make).collect())
    };
    let (path, last) = chain.rsplit_once('.').unwrap_or(("", chain));
    if !matches!(path, "" | "practitioner" | "organization" | "partOf.practitioner" | "partOf") {
        return Err(no_modifier(parameter));
    }
    match last {
        "given" | "givenEx" => of(AuthorTest::Given),
        "family" | "familyEx" => of(AuthorTest::Family),
        "name" => of(AuthorTest::Name),
        "identifier" if modifier.is_none() => {
            Ok(identifiers(value).into_iter().map(AuthorTest::Identifier).collect())
        }
        _ => Err(no_modifier(parameter)),
    }
}

/// Dates with their prefixes.
pub(crate) fn instants(parameter: &str, value: &str, now: Moment) -> Result<Vec<InstantTest>, Wrong> {
    let read = |text: &String| {
        instant::read(text, now).ok_or_else(|| {
            wrong(
                parameter,
                "date attendue : AAAA[-MM[-JJ[Thh:mm[:ss]fuseau]]], précédée ou non de eq, ne, gt, lt, ge, le, sa, eb \
                 ou ap",
                "expected a date: YYYY[-MM[-DD[Thh:mm[:ss]zone]]], with or without eq, ne, gt, lt, ge, le, sa, eb or ap",
            )
        })
    };
    texts(value).iter().map(read).collect()
}

/// `true` or `false`.
pub(crate) fn flag(parameter: &str, value: &str) -> Result<bool, Wrong> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(wrong(parameter, "valeurs attendues : true, false", "expected values: true, false")),
    }
}
