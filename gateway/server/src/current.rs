//! A value that is read at every request and replaced whole, rarely.

use std::sync::{Arc, PoisonError, RwLock};

/// The current value of something. Whoever got one keeps it to the end of the request.
#[derive(Debug)]
pub struct Current<T>(RwLock<Arc<T>>);

impl<T> Current<T> {
    /// With its first value.
    pub fn new(value: Arc<T>) -> Self {
        Current(RwLock::new(value))
    }

    /// The value of now.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn replace(&self, value: Arc<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value;
    }
}
