//! Identities: the record's own, and the traits that travel with a document.

use model::{Address, Cx, Hl7Time, Identity, Ins, PersonName, Sex, SourcePatientInfo};

use crate::cipher::Unsound;
use crate::row::{Stored, stored};

stored!(IdentityRow: Identity {
    ins: Ins,
    birth_family: String,
    given: String,
    used_family: Option<String>,
    birth_date: Hl7Time,
    sex: Sex,
    birth_place: Option<String>,
    card_serial: Option<String>,
    email: Option<String>,
});

stored!(PersonNameRow: PersonName {
    family: Option<String>,
    given: Option<String>,
    name_type: Option<String>,
});

stored!(AddressRow: Address {
    street: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
});

stored!(SourcePatientInfoRow: SourcePatientInfo {
    identifiers: Vec<Cx>,
    names: Vec<PersonName>,
    birth_date: Option<Hl7Time>,
    sex: Option<Sex>,
    addresses: Vec<Address>,
    other: Vec<(u8, String)>,
});

impl Stored for Ins {
    type Row = (String, String);

    fn to_row(&self) -> Self::Row {
        (self.number().to_owned(), self.domain().oid().to_owned())
    }

    fn from_row((number, domain): Self::Row) -> Result<Self, Unsound> {
        Ins::parse_any(&number, &domain).map_err(|_| Unsound("a stored value that identifies no patient"))
    }
}
