//! Periodic reports: figures filled in, frozen, exported, explained.
