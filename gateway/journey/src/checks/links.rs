//! Stage F.
