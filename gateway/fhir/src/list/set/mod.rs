//! A submission set as a List.

mod read;

pub(crate) use read::{Given, read};
