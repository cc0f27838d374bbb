//! Folders, the four HasMember links, and what relationships may point to: one case a rule, each found where it stands.

use model::{AssociationKind, Finding, Member, ObjectRef, Rule, Submission};

use super::{SS, read};
use crate::iti41::request;
use crate::sample::{uuid, with_folders};

/// The request of a submission with folders, changed by replacing text.
fn body(changes: &[(&str, &str)]) -> String {
    let (mut body, _) = request::write(&with_folders());
    for (from, to) in changes {
        assert!(body.contains(from), "the sample holds {from}");
        body = body.replace(from, to);
    }
    body
}

/// Place and code of each finding.
fn found(changes: &[(&str, &str)]) -> Vec<(String, Option<&'static str>)> {
    let findings = read(&body(changes)).expect_err("a refusal");
    let told = |finding: Finding| {
        assert_eq!(finding.rule, Rule::MetadataIsWellFormed, "{finding:?}");
        (finding.at.as_str().to_owned(), finding.xds_code)
    };
    findings.into_iter().map(told).collect()
}

fn association(n: u8) -> String {
    format!("Association({})", uuid(n).urn())
}

/// An attribute of the association of this number, as written.
fn ends(n: u8, source: u8, target: &str) -> String {
    let kind = model::HAS_MEMBER;
    format!(
        "id=\"{}\" objectType=\"urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association\" \
         associationType=\"{kind}\" sourceObject=\"{}\" targetObject=\"{target}\"",
        uuid(n).urn(),
        uuid(source).urn()
    )
}

#[test]
fn a_submission_with_folders_reads_back() {
    assert_eq!(read(&body(&[])), Ok(with_folders()));
}

#[test]
fn symbols_name_folders_and_memberships_as_they_name_documents() {
    let (folder, link) = (uuid(50).urn(), uuid(210).urn());
    let read = read(&body(&[(&folder, "Folder01"), (&link, "Association07")])).expect("well formed");
    let [folder] = read.folders.as_slice() else { panic!("one folder") };
    let in_folder = read.memberships.iter().find(|member| {
        let here = Member::InFolder { folder: folder.entry_uuid, document: ObjectRef::Uuid(uuid(1)) };
        member.link == here
    });
    let in_folder = in_folder.expect("the document is in the folder");
    let held = Member::OfFolder(in_folder.entry_uuid);
    assert!(read.memberships.iter().any(|member| member.link == held), "the set holds that membership");
    assert_eq!(folder.logical_id, folder.entry_uuid);
}

#[test]
fn an_association_that_nothing_names_needs_no_id() {
    let without = body(&[(&format!("id=\"{}\" objectType", uuid(216).urn()), "objectType")]);
    let links: Vec<Member> =
        read(&without).expect("well formed").memberships.into_iter().map(|member| member.link).collect();
    assert!(links.contains(&Member::Reference(ObjectRef::Uuid(uuid(70)))));
}

#[test]
fn a_folder_is_complete_and_belongs_to_its_set() {
    let folder = format!("RegistryPackage({})", uuid(50).urn());
    for (change, place) in [
        (("1ba97051-7806", "1ba97051-7807"), "Classification(codeList)"),
        (("75df8f67-9973", "75df8f67-9974"), "ExternalIdentifier(XDSFolder.uniqueId)"),
        (("f64ffdf0-4b97", "f64ffdf0-4b98"), "ExternalIdentifier(XDSFolder.patientId)"),
        (
            (
                "<rim:Name><rim:LocalizedString value=\"Grossesse\"/></rim:Name><rim:Classification",
                "<rim:Classification",
            ),
            "Name",
        ),
    ] {
        let found = found(&[change]);
        assert!(found.iter().any(|(at, _)| *at == format!("{folder}/{place}")), "{place}: {found:?}");
    }
    let unlinked = found(&[(&ends(203, 100, &uuid(50).urn()), &ends(203, 100, &uuid(70).urn()))]);
    assert!(unlinked.iter().any(|(at, _)| *at == folder), "{unlinked:?}");
}

#[test]
fn each_membership_of_a_folder_belongs_to_the_set_too() {
    let unheld = found(&[(&ends(214, 100, &uuid(211).urn()), &ends(214, 100, &uuid(50).urn()))]);
    assert!(unheld.contains(&(association(211), None)), "{unheld:?}");
    assert!(unheld.contains(&(association(214), None)), "the folder is a member of the set already");
}

#[test]
fn only_a_document_of_the_set_has_a_submission_set_status() {
    let slot = "<rim:Slot name=\"SubmissionSetStatus\"><rim:ValueList><rim:Value>Original</rim:Value></rim:ValueList></rim:Slot>";
    for n in [203, 210, 213] {
        let text = body(&[]);
        let start = text.find(&format!("id=\"{}\" objectType", uuid(n).urn())).expect("the association");
        let end = start + text[start..].find("/>").expect("its end");
        let changed = format!("{}>{slot}</rim:Association>{}", &text[..end], &text[end + 2..]);
        let findings = read(&changed).expect_err("a refusal");
        let at = format!("{}/Slot(SubmissionSetStatus)", association(n));
        assert_eq!(findings.iter().map(|found| found.at.as_str()).collect::<Vec<_>>(), [at]);
    }
    let reference = association(216);
    let swapped = found(&[(">Reference<", ">Original<")]);
    assert_eq!(swapped, [(format!("{reference}/Slot(SubmissionSetStatus)"), None)]);
    let own = found(&[(">Original<", ">Reference<")]);
    assert!(
        own.iter().all(|(at, _)| at.ends_with("/Slot(SubmissionSetStatus)")) && own.len() == 2,
        "{own:?}"
    );
}

#[test]
fn what_names_nothing_is_an_unresolved_reference() {
    const CODE: Option<&str> = Some("UnresolvedReferenceException");
    let place = |n, end| vec![(format!("{}/@{end}", association(n)), CODE)];
    let (reference, in_folder) = (uuid(70).urn(), ends(211, 60, &uuid(2).urn()));
    let nowhere = found(&[(&reference, "Document09")]);
    assert_eq!(nowhere, [place(212, "targetObject"), place(216, "targetObject")].concat());
    let no_folder = in_folder.replace(&uuid(60).urn(), "Folder09");
    assert_eq!(found(&[(&in_folder, &no_folder)]), place(211, "sourceObject"));
    let signs = format!("sourceObject=\"{}\" targetObject=\"{}\"", uuid(2).urn(), uuid(100).urn());
    let from_nowhere = format!("sourceObject=\"Document09\" targetObject=\"{}\"", uuid(100).urn());
    assert_eq!(found(&[(&signs, &from_nowhere)]), place(101, "sourceObject"));
}

#[test]
fn what_is_superseded_stands_in_the_registry_and_what_is_appended_to_may_come_with_it() {
    let linked = |kind: AssociationKind, target: u8| {
        let signs = format!("sourceObject=\"{}\" targetObject=\"{}\"", uuid(2).urn(), uuid(100).urn());
        let other = format!("sourceObject=\"{}\" targetObject=\"{}\"", uuid(2).urn(), uuid(target).urn());
        let read = read(&body(&[(AssociationKind::Signs.urn(), kind.urn()), (&signs, &other)]));
        read.map(|read| read.associations[0].kind)
    };
    for kind in AssociationKind::ALL {
        assert_eq!(linked(kind, 70), Ok(kind), "a registered document");
        assert!(linked(kind, 2).is_err(), "itself");
        assert!(linked(kind, 50).is_err(), "a folder");
        let alone_registered = match kind {
            AssociationKind::Replaces
            | AssociationKind::TransformsAndReplaces
            | AssociationKind::Snapshots => true,
            AssociationKind::Transforms | AssociationKind::Appends | AssociationKind::Signs => false,
        };
        assert_eq!(linked(kind, 1).is_err(), alone_registered, "a document of the submission");
        assert_eq!(linked(kind, 100).is_ok(), kind == AssociationKind::Signs, "the set");
    }
}

#[test]
fn memberships_lead_from_sets_and_folders_to_what_they_may_hold() {
    let member = ends(210, 50, &uuid(1).urn());
    let (set, link) = (uuid(100).urn(), uuid(101).urn());
    for (changed, end) in [
        (ends(210, 1, &uuid(2).urn()), "sourceObject"),
        (ends(210, 50, &uuid(50).urn()), "targetObject"),
        (ends(210, 50, &set), "targetObject"),
        (ends(210, 50, &link), "targetObject"),
        (ends(210, 100, &link), "targetObject"),
        (ends(210, 100, &set), "targetObject"),
    ] {
        let found = found(&[(&member, &changed)]);
        assert!(
            found.iter().any(|(at, _)| *at == format!("{}/@{end}", association(210))),
            "{changed}: {found:?}"
        );
    }
}

#[test]
fn what_documents_a_relationship_is_kept_and_a_membership_has_no_such_thing() {
    let mut documented = with_folders();
    documented.associations[0].documentation = Some(model::Code::labelled("1", "1.2.3", "Parce que"));
    let (text, _) = request::write(&documented);
    assert_eq!(read(&text), Ok(documented.clone()));
    let start =
        text.find("<rim:Classification id=").map(|_| text.rfind("<rim:Classification ").expect("one"));
    let start = start.expect("a classification");
    let end = start + text[start..].find("</rim:Classification>").expect("its end") + 21;
    let element = &text[start..end];
    let moved = format!("{}{}", &text[..start], &text[end..]);
    let at = moved.find(&format!("id=\"{}\" objectType", uuid(210).urn())).expect("a membership");
    let at = at + moved[at..].find("/>").expect("its end");
    let changed = format!("{}>{element}</rim:Association>{}", &moved[..at], &moved[at + 2..]);
    let findings = read(&changed).expect_err("a refusal");
    assert_eq!(findings[0].at.as_str(), format!("{}/Classification(documentation)", association(210)));
}

#[test]
fn a_set_alone_a_folder_alone_and_a_reference_alone_are_submissions() {
    let all = with_folders();
    let alone = Submission { entries: Vec::new(), associations: Vec::new(), memberships: Vec::new(), ..all };
    for (folders, member) in [
        (Vec::new(), None),
        (alone.folders.clone(), Some(Member::Folder(uuid(50)))),
        (Vec::new(), Some(Member::Reference(ObjectRef::Uuid(uuid(70))))),
    ] {
        let membership = member.map(|link| model::Membership { entry_uuid: uuid(210), link });
        let submission =
            Submission { folders, memberships: membership.into_iter().collect(), ..alone.clone() };
        let message = crate::sample::message(crate::Transaction::Iti41, &request::write(&submission).0, &[]);
        let envelope = crate::sample::opened(crate::Transaction::Iti41, &message.content_type, &message.body)
            .expect("opens");
        assert_eq!(request::read(&envelope, &crate::sample::Counted::default()), Ok(submission));
    }
}

#[test]
fn two_sets_and_an_unclassified_package_are_refused() {
    let two = found(&[("d9d542f3-6cc4-48b6-8870-ea235fbc94c2", "a54d6aa5-d40d-43f9-88c5-b4633d873bdd")]);
    assert!(two.iter().any(|(at, _)| at == "RegistryObjectList"), "{two:?}");
    let neither = found(&[("a54d6aa5-d40d-43f9-88c5-b4633d873bdd", "a54d6aa5-d40d-43f9-88c5-b4633d873bde")]);
    assert!(neither.iter().any(|(at, _)| at == SS), "{neither:?}");
}
