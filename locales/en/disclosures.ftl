# Figures made public: deciding
disclosures-state-none = Not public
disclosures-state-public = Public
disclosures-state-withdrawn = Withdrawn
disclosures-lead = Everybody can read the figures below without an account. Texts, figures of single residential areas and names of people are not made public.
disclosures-disclose = Make public
disclosures-withdraw-lead = Withdraw figures that should not be public any longer. Within two minutes whoever opens the address is told that they were withdrawn; who has kept a copy still has it.
disclosures-withdraw = Withdraw
disclosures-withdrawn-on = Withdrawn on
disclosures-address = Public address
disclosures-list = Public page of the unit
disclosures-preview = What everybody reads
disclosures-to-report = Open the report
disclosures-done-public = Public now. Give residents the public address.
disclosures-done-withdrawn = Withdrawn.

# Why not
disclosures-refused-open = The report is not frozen. Freeze it before making it public.
disclosures-refused-amended = This report was amended. Make the amended one public.
disclosures-refused-nothing = This report has no figures to make public.
disclosures-refused-other-line = The form belongs to another line: only those who work for it decide what is public.
disclosures-refused-changed = Somebody has just decided otherwise. Look again, then go on.

# What everybody reads
disclosures-list-title = Public figures
disclosures-list-lead = Latest period first.
disclosures-list-empty = The unit has not made any figures public.
disclosures-frozen = Figures frozen on
disclosures-since = Public since
disclosures-source = Figures add up what was written down and confirmed; nobody types a total. Where aggregate entries are part of a figure, it says so.
disclosures-small = Groups under 5 people or 5 households read “<5”, so that nobody can be recognised; a number that would give one away reads “–”.
disclosures-meaning = How it is counted
disclosures-to-list = All public figures of the unit
disclosures-gone-title = Figures withdrawn
disclosures-gone = The unit has withdrawn or amended the figures at this address.

# Audit log
audit-disclosure-open = Figures of a report made public
audit-disclosure-withdraw = Public figures withdrawn
