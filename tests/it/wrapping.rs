//! Signature wrapping through the real door: a laboratory's deposit whose assertion was wrapped, stripped, expired or
//! exchanged is a fault, and leaves nothing.

use server::demo::calls::{SoapCaller, security};
use server::demo::samples;

use crate::world::World;

const SIGNATURE: (&str, &str) = ("<ds:Signature", "</ds:Signature>");

/// The signature of an assertion, and the assertion without it.
fn apart(assertion: &str) -> (String, String) {
    let start = assertion.find(SIGNATURE.0).unwrap();
    let end = assertion.find(SIGNATURE.1).unwrap() + SIGNATURE.1.len();
    (assertion[start..end].to_owned(), format!("{}{}", &assertion[..start], &assertion[end..]))
}

/// The same assertion with another identifier and another purpose, unsigned.
fn forged(assertion: &str) -> String {
    let (_, bare) = apart(assertion);
    bare.replacen("ID=\"_", "ID=\"_forged", 1).replace("code=\"normal\"", "code=\"centre_15\"")
}

fn inside(outer: &str, inner: &str) -> String {
    outer.replace("</saml2:Assertion>", &format!("{inner}</saml2:Assertion>"))
}

fn after_issuer(assertion: &str, inserted: &str) -> String {
    assertion.replacen("</saml2:Issuer>", &format!("</saml2:Issuer>{inserted}"), 1)
}

#[tokio::test]
async fn a_deposit_under_a_wrapped_stripped_or_exchanged_assertion_is_a_fault_and_leaves_nothing() {
    let mut world = World::new().await;
    let caller = SoapCaller::new("laboratory", &world.patient("ondine"));
    let assertion = world.stage.assertion(&caller).unwrap();
    let (signature, bare) = apart(&assertion);
    let evil = forged(&assertion);
    let object = |inner: &str| {
        signature.replace("</ds:Signature>", &format!("<ds:Object>{inner}</ds:Object></ds:Signature>"))
    };
    let same_id = evil.replacen("ID=\"_forged", "ID=\"_", 1);
    let in_body = |header: &str, body: &str| {
        let envelope = world.stage.dressed(samples::ITI41_LAB, &security(header));
        let end = "</xds:ProvideAndRegisterDocumentSetRequest>";
        envelope.replace(end, &format!("{body}{end}"))
    };
    let in_header = |header: &str| world.stage.dressed(samples::ITI41_LAB, &security(header));
    let attacks = [
        ("forged before the original", in_header(&format!("{evil}{assertion}"))),
        ("forged after the original", in_header(&format!("{assertion}{evil}"))),
        ("the original inside the forged", in_header(&inside(&evil, &assertion))),
        ("the forged inside the original", in_header(&inside(&assertion, &evil))),
        (
            "the signature moved to the forged, the original beside",
            in_header(&format!("{}{bare}", after_issuer(&evil, &signature))),
        ),
        (
            "the original in an Object of the forged one's signature",
            in_header(&after_issuer(&evil, &object(&bare))),
        ),
        (
            "the forged with the signature, the original in the body",
            in_body(&after_issuer(&evil, &signature), &bare),
        ),
        ("the same ID twice, one in the body", in_body(&after_issuer(&same_id, &signature), &bare)),
        ("no signature", in_header(&bare)),
        ("no assertion", in_header("")),
        (
            "an empty signature",
            in_header(&after_issuer(
                &bare,
                "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>",
            )),
        ),
        ("issued two hours ago", in_header(&world.stage.assertion_issued(&caller, -7200).unwrap())),
        ("issued in an hour", in_header(&world.stage.assertion_issued(&caller, 3600).unwrap())),
    ];
    let (rows, events) = (world.rows().await, world.events().await);
    for (what, envelope) in attacks {
        let reply = world.stage.soap_raw("repository", &envelope, &samples::lab_parts(), None).await.unwrap();
        let text = reply.text();
        assert!(!reply.status.is_success() && text.contains(":Fault>"), "{what}: {} {text}", reply.status);
        assert!(text.contains("wsse:"), "{what} is a security fault: {text}");
    }
    assert_eq!((world.rows().await, world.events().await), (rows, events));
    let envelope = in_header(&assertion);
    let reply = world.stage.soap_raw("repository", &envelope, &samples::lab_parts(), None).await.unwrap();
    assert!(reply.text().contains("ResponseStatusType:Success"), "the original passes: {}", reply.text());
}
