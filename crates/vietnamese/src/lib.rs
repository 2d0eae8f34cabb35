//! Vietnamese text, order, numbers, dates and holidays; no I/O.
