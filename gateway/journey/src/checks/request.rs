//! Stage B.
