-- Which worker, of several servers' perhaps, has an import in hand, and until when the others leave it alone.
alter table import_run add column worker uuid;
alter table import_run add column held_until text;
