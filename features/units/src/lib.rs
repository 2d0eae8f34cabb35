//! Provinces, communes, residential areas and organisations, with their history.
