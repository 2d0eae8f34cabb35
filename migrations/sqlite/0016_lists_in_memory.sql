-- Lists are answered from memory; no statement needs this index any more, and every step of a record paid for it.
drop index activity_by_area_state;
