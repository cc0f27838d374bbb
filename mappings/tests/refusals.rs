//! The catalogue of refusals: nothing missing, nothing leaking, the answers of the decision order.

use mappings::{Language, Mappings, Refusals};
use model::{Finding, Rule, Stage};
use proptest::prelude::*;

const BOTH: [Language; 2] = [Language::French, Language::English];

fn refusals() -> Refusals {
    Mappings::embedded().expect("the tables compiled in are good").refusals
}

#[test]
fn a_rule_stands_at_its_place_in_the_list_of_rules() {
    for (place, rule) in Rule::ALL.iter().enumerate() {
        assert_eq!(*rule as usize, place, "{rule}");
    }
}

#[test]
fn every_rule_says_in_both_languages_what_is_wrong_and_what_to_do() {
    let refusals = refusals();
    for rule in Rule::ALL {
        let texts = BOTH.map(|language| refusals.text(&Finding::new(*rule), language));
        assert_ne!(texts[0], texts[1], "{rule}");
        for text in texts {
            assert!(text.matches(". ").count() >= 1 && text.ends_with('.'), "{rule}: {text}");
            assert!(!text.contains("  ") && !text.contains(['{', '}', '[', ']']), "{rule}: {text}");
            assert!((60..500).contains(&text.len()), "{rule}: {text}");
        }
    }
}

#[test]
fn another_domain_is_not_told_of_french_identifiers_and_value_sets() {
    let mappings = Mappings::embedded().expect("the tables compiled in are good");
    let national = |text: &str| ["INS", "JDV_", "CI-SIS"].iter().any(|word| text.contains(word));
    let rules = [
        Rule::MetadataIsWellFormed,
        Rule::InsIsWellFormed,
        Rule::OnePatientInSubmission,
        Rule::TypeIsAccepted,
        Rule::RecordExists,
    ];
    for rule in rules {
        for language in BOTH {
            assert!(national(&mappings.refusals.text(&Finding::new(rule), language)), "{rule}");
        }
    }
    let open = mappings.with_words_of_open_domain().refusals;
    for rule in rules {
        for language in BOTH {
            let text = open.text(&Finding::new(rule).detail("détail", "detail"), language);
            assert!(!national(&text) && text.contains("tail"), "{text}");
        }
        assert_ne!(
            open.text(&Finding::new(rule), BOTH[0]),
            open.text(&Finding::new(rule), BOTH[1]),
            "{rule}"
        );
    }
}

#[test]
fn every_text_takes_the_detail_in_its_language() {
    let refusals = refusals();
    for rule in Rule::ALL {
        let finding = Finding::new(*rule).detail("le détail", "the detail");
        let french = refusals.text(&finding, Language::French);
        let english = refusals.text(&finding, Language::English);
        assert!(french.contains(": le détail."), "{french}");
        assert!(english.contains(": the detail."), "{english}");
        assert!(!french.contains("the detail") && !english.contains("le détail"), "{rule}");
    }
}

#[test]
fn an_argument_fills_its_place_and_a_missing_one_leaves_no_trace() {
    let refusals = refusals();
    let finding = Finding::new(Rule::TypeIsOpenToDepositor).arg("type", "15508-5").arg("document", "1.2.3");
    let text = refusals.text(&finding, Language::French);
    assert!(text.contains("le dépôt du type 15508-5 à cet appelant (document 1.2.3)."), "{text}");
    let text = refusals.text(&Finding::new(Rule::TypeIsOpenToDepositor), Language::English);
    assert!(text.contains("the deposit of the type to this caller."), "{text}");
    let finding = Finding::new(Rule::TypeIsAccepted).arg("code", "0-0").arg("accepted", "A (a), B (b)");
    let text = refusals.text(&finding, Language::French);
    assert!(text.contains("Le type de document 0-0 n'est pas accepté"), "{text}");
    assert!(text.ends_with("du jeu de valeurs JDV_J66 : A (a), B (b)."), "{text}");
}

#[test]
fn the_answers_are_those_of_the_decision_order() {
    let refusals = refusals();
    let expected = [
        (Rule::TokenIsInItsTime, None, 401, "expired"),
        (Rule::RoleIsKnown, None, 403, "forbidden"),
        (Rule::ScopeCoversTransaction, None, 403, "forbidden"),
        (Rule::MessageIsReadable, None, 400, "structure"),
        (Rule::MessageIsNotTooLarge, None, 413, "too-long"),
        (Rule::MediaTypeIsSupported, None, 415, "not-supported"),
        (Rule::OnePatientInSubmission, Some("XDSPatientIdDoesNotMatch"), 422, "invariant"),
        (Rule::TokenPatientIsSubmissionPatient, Some("XDSPatientIdDoesNotMatch"), 403, "forbidden"),
        (Rule::TypeIsAccepted, Some("XDSRegistryMetadataError"), 422, "code-invalid"),
        (Rule::IdsDifferInsideMessage, Some("XDSRepositoryDuplicateUniqueIdInMessage"), 422, "duplicate"),
        (Rule::QueryIsComplete, Some("XDSStoredQueryMissingParam"), 400, "invalid"),
        (Rule::RecordExists, Some("XDSUnknownPatientId"), 404, "not-found"),
        (Rule::RecordIsOpen, None, 403, "suppressed"),
        (Rule::TypeIsOpenToDepositor, None, 403, "forbidden"),
        (Rule::DepositorSignsTheSet, Some("XDSRegistryMetadataError"), 403, "forbidden"),
        (Rule::CallerIsNotBlocked, None, 403, "forbidden"),
        (Rule::AuthorisationIsValid, None, 403, "forbidden"),
        (Rule::BreakGlassHasReason, None, 403, "forbidden"),
        (Rule::ReplacedDocumentIsOwn, Some("UnresolvedReferenceException"), 422, "not-found"),
        (Rule::ReplacedDocumentIsCurrent, Some("XDSRegistryDeprecatedDocumentError"), 409, "conflict"),
        (Rule::SetIdIsFree, Some("XDSDuplicateUniqueIdInRegistry"), 409, "duplicate"),
        (Rule::DocumentIdIsFree, Some("XDSNonIdenticalHash"), 409, "duplicate"),
        (Rule::EveryDocumentHasItsPart, Some("XDSMissingDocument"), 422, "not-found"),
        (Rule::HashAndSizeHold, Some("XDSRepositoryMetadataError"), 422, "value"),
        (Rule::CdaAgreesWithMetadata, Some("InvalidDocumentContent"), 422, "invariant"),
        (Rule::FactsHaveNotMoved, Some("XDSRepositoryBusy"), 503, "transient"),
        (Rule::AuditIsWritten, None, 503, "no-store"),
    ];
    for (rule, xds, status, issue) in expected {
        let answer = refusals.answer(rule);
        assert_eq!(
            (answer.xds.as_deref(), answer.status, answer.issue.as_str()),
            (xds, status, issue),
            "{rule}"
        );
    }
}

#[test]
fn each_stage_keeps_to_its_statuses() {
    let refusals = refusals();
    for rule in Rule::ALL {
        let allowed: &[u16] = match rule.stage() {
            Stage::Caller => &[401, 403],
            Stage::Request => &[400, 403, 413, 415, 422, 503],
            Stage::Record => &[403, 404, 409],
            Stage::Right => &[403],
            Stage::Flags => &[403, 422],
            Stage::Links => &[409, 412, 422],
            Stage::Content => &[422],
            Stage::Commit => &[413, 503],
        };
        let answer = refusals.answer(*rule);
        assert!(allowed.contains(&answer.status), "{rule}: {}", answer.status);
        assert!(answer.xds.is_none() || rule.stage() != Stage::Caller, "{rule}: a SOAP fault");
        assert!(answer.fault.is_none() || rule.stage() == Stage::Caller, "{rule}: a RegistryError");
    }
}

proptest! {
    #[test]
    fn no_argument_makes_a_text_fail(value in ".{0,200}") {
        static REFUSALS: std::sync::OnceLock<Refusals> = std::sync::OnceLock::new();
        let refusals = REFUSALS.get_or_init(refusals);
        let finding = Finding::new(Rule::HashAndSizeHold).arg("detail", value.clone()).arg("unknown", value);
        for language in BOTH {
            prop_assert!(!refusals.text(&finding, language).is_empty());
        }
    }
}
