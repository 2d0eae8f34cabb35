//! Ground floor: who, when, which language, which scope; web kit, audit, errors.
