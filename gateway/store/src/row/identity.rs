//! Identities: the record's own, and the traits that travel with a document.

use model::{
    Address, Cx, FurtherTraits, Hl7Time, Identity, Ins, PersonName, PostalAddress, Sex, SourcePatientInfo,
    Telecom, TelecomKind,
};

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
    further: Box<FurtherTraits>,
});

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct FurtherRow {
    first_given: Option<String>,
    mothers_maiden_name: Option<String>,
    addresses: Vec<PostalAddressRow>,
    telecoms: Vec<(String, String)>,
    identifiers: Vec<(String, String)>,
}

// Absent in what an earlier program sealed, hence an option.
impl Stored for FurtherTraits {
    type Row = Option<FurtherRow>;

    fn to_row(&self) -> Self::Row {
        Some(FurtherRow {
            first_given: self.first_given.clone(),
            mothers_maiden_name: self.mothers_maiden_name.clone(),
            addresses: self.addresses.to_row(),
            telecoms: self.telecoms.to_row(),
            identifiers: self.identifiers.to_row(),
        })
    }

    fn from_row(row: Self::Row) -> Result<Self, Unsound> {
        let Some(row) = row else { return Ok(FurtherTraits::default()) };
        Ok(FurtherTraits {
            first_given: row.first_given,
            mothers_maiden_name: row.mothers_maiden_name,
            addresses: Stored::from_row(row.addresses)?,
            telecoms: Stored::from_row(row.telecoms)?,
            identifiers: Stored::from_row(row.identifiers)?,
        })
    }
}

stored!(PostalAddressRow: PostalAddress {
    lines: Vec<String>,
    city: Option<String>,
    postal_code: Option<String>,
    state: Option<String>,
    country: Option<String>,
});

impl Stored for Telecom {
    type Row = (String, String);

    fn to_row(&self) -> Self::Row {
        let kind = match self.kind {
            TelecomKind::Phone => "phone",
            TelecomKind::Email => "email",
        };
        (kind.to_owned(), self.value.clone())
    }

    fn from_row((kind, value): Self::Row) -> Result<Self, Unsound> {
        let kind = match kind.as_str() {
            "phone" => TelecomKind::Phone,
            "email" => TelecomKind::Email,
            _ => return Err(Unsound("an unknown means of reaching a person")),
        };
        Ok(Telecom { kind, value })
    }
}

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
