//! One SQL text, two engines: SQLite embedded, PostgreSQL by URL.
