//! What was done, recorded once: states, versions, photos.
