//! The engine: records to facts to cells to figures.
