-- What each commune says of a figure of a frozen report of the unit above, as JSON: in the place of records, which are
-- too many to name. Null for figures of communes and of other windows.
alter table report_figure add column communes text;
