//! Scalars and containers.

use model::{EntryUuid, Hl7Time, LanguageTag, MimeType, Oid, Sex, Sha1, UniqueId};

use crate::cipher::Unsound;
use crate::row::Stored;

// A macro, because each of these is its text and its parser.
macro_rules! text {
    ($($model:ty: $write:expr, $read:expr;)*) => {$(
        impl Stored for $model {
            type Row = String;
            fn to_row(&self) -> String {
                let write: fn(&$model) -> String = $write;
                write(self)
            }
            fn from_row(row: String) -> Result<Self, Unsound> {
                let read: fn(&str) -> Option<$model> = $read;
                read(&row).ok_or(Unsound(concat!("a stored value that is no ", stringify!($model))))
            }
        }
    )*};
}

text! {
    String: Clone::clone, |text| Some(text.to_owned());
    Oid: |oid| oid.as_str().to_owned(), |text| Oid::parse(text).ok();
    Hl7Time: |time| time.as_str().to_owned(), |text| Hl7Time::parse(text).ok();
    MimeType: |mime| mime.as_str().to_owned(), |text| MimeType::parse(text).ok();
    LanguageTag: |tag| tag.as_str().to_owned(), |text| LanguageTag::parse(text).ok();
    UniqueId: |id| id.as_str().to_owned(), |text| UniqueId::parse(text).ok();
    EntryUuid: EntryUuid::bare, |text| EntryUuid::parse(text).ok();
    Sha1: Sha1::hex, |text| Sha1::parse_hex(text).ok();
    Sex: |sex| sex.hl7().to_owned(), |text| Some(Sex::from_hl7(text));
}

// A macro, because a number is stored as itself.
macro_rules! number {
    ($($number:ty),*) => {$(
        impl Stored for $number {
            type Row = $number;
            fn to_row(&self) -> $number { *self }
            fn from_row(row: $number) -> Result<Self, Unsound> { Ok(row) }
        }
    )*};
}

number!(u8, u32, u64, i64);

impl<T: Stored> Stored for Option<T> {
    type Row = Option<T::Row>;
    fn to_row(&self) -> Self::Row {
        self.as_ref().map(T::to_row)
    }
    fn from_row(row: Self::Row) -> Result<Self, Unsound> {
        row.map(T::from_row).transpose()
    }
}

impl<T: Stored> Stored for Box<T> {
    type Row = T::Row;

    fn to_row(&self) -> Self::Row {
        self.as_ref().to_row()
    }

    fn from_row(row: Self::Row) -> Result<Self, Unsound> {
        T::from_row(row).map(Box::new)
    }
}

impl<T: Stored> Stored for Vec<T> {
    type Row = Vec<T::Row>;
    fn to_row(&self) -> Self::Row {
        self.iter().map(T::to_row).collect()
    }
    fn from_row(row: Self::Row) -> Result<Self, Unsound> {
        row.into_iter().map(T::from_row).collect()
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    type Row = (A::Row, B::Row);
    fn to_row(&self) -> Self::Row {
        (self.0.to_row(), self.1.to_row())
    }
    fn from_row(row: Self::Row) -> Result<Self, Unsound> {
        Ok((A::from_row(row.0)?, B::from_row(row.1)?))
    }
}
