//! The stored form of the model's values: JSON, versioned, inside sealed columns. The model derives no
//! serialisation; every field is named here, so that a new one cannot be forgotten.

mod author;
mod entry;
mod event;
mod folder;
mod identity;
mod leaf;
mod receipt;
mod set;

pub(crate) use entry::{EntryRow, Placed, code_key, is_patient_id, scheme_prefix};
pub(crate) use event::EventRow;
pub(crate) use folder::{FolderPlaced, FolderRow};
pub(crate) use identity::IdentityRow;
pub(crate) use receipt::ReceiptRow;
pub(crate) use set::SetRow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cipher::Unsound;

/// The format that this program writes; it reads this one and every older one.
const FORMAT: u8 = 1;

/// A value of the model with its stored form.
pub(crate) trait Stored: Sized {
    /// The stored form.
    type Row: Serialize + DeserializeOwned;
    /// To the stored form.
    fn to_row(&self) -> Self::Row;
    /// From the stored form.
    fn from_row(row: Self::Row) -> Result<Self, Unsound>;
}

// A macro, because the field list, the stored struct and both directions must never drift apart.
macro_rules! stored {
    ($row:ident: $model:ty { $($field:ident: $kind:ty),* $(,)? }) => {
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $row { $($field: <$kind as $crate::row::Stored>::Row,)* }

        impl $crate::row::Stored for $model {
            type Row = $row;
            fn to_row(&self) -> $row {
                $row { $($field: $crate::row::Stored::to_row(&self.$field),)* }
            }
            fn from_row(row: $row) -> Result<Self, $crate::cipher::Unsound> {
                Ok(Self { $($field: <$kind as $crate::row::Stored>::from_row(row.$field)?,)* })
            }
        }
    };
}
pub(crate) use stored;

/// A row with the version of its format.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Versioned<T> {
    format: u8,
    row: T,
}

/// The bytes to seal.
pub(crate) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, Unsound> {
    serde_json::to_vec(&Versioned { format: FORMAT, row })
        .map_err(|_| Unsound("a row that cannot be written"))
}

/// Reads opened bytes.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unsound> {
    let versioned: Versioned<T> =
        serde_json::from_slice(bytes).map_err(|_| Unsound("a row that cannot be read"))?;
    if versioned.format > FORMAT {
        return Err(Unsound("a row in the format of a newer program"));
    }
    Ok(versioned.row)
}
