# Activities: written down once, where the work was done.
activities-list-title = Activities
activities-new-title = Record what was done
activities-new = Record an activity
activities-imports = Import a sheet
activities-found = activities
activities-waiting-sent = { $n } to confirm
activities-waiting-returned = { $n } returned
activities-empty = No activity matches what you look for.
activities-day = Day
activities-from = From
activities-until = To
activities-span = Days
activities-span-hint = Totals count only in a reporting period that holds all of these days.
activities-whole-unit = The whole unit
activities-doubles = This may be counted twice: within these days there are already { $records } single records and { $entries } other totals of the same. Compare them before confirming.
activities-export = Download the list as { $format }
activities-export-what = What
activities-export-reason = Reason
activities-area = Residential area
activities-programmes = Programmes and campaigns served
activities-programmes-hint = Work that serves several programmes is written once; choose all of them.
activities-note = Note
activities-note-hint = Write about the work; no names, no identity numbers, no phone numbers.
activities-photos = Photos
activities-photos-hint = Photos are shrunk; place and camera data are removed. At most 8 photos of 10 MB each.
activities-photos-kept = Photos already here
activities-photo-n = Photo { $n }
activities-photo-remove = Remove photo { $n }
activities-yes = Yes
activities-no = No
activities-send = Send for confirmation
activities-keep = Keep as draft
activities-edit = Edit
activities-own = You wrote this record, so somebody else will confirm it.
activities-theirs = What somebody else has just saved
activities-changed-meanwhile = Somebody has just changed this record. Compare with theirs below; sending again replaces it with yours (theirs stays in the history).

# Filter
activities-filter = Search and filter
activities-filter-on = filter is on
activities-filter-text = Words to look for
activities-filter-state = State
activities-filter-kind = Kind
activities-filter-programme = Programme or campaign
activities-filter-from = From
activities-filter-to = To
activities-filter-apply = Search
activities-filter-clear = Clear

# Confirm, return, withdraw
activities-confirm = Confirm
activities-confirm-chosen = Confirm chosen
activities-confirm-left = { $n } could not be confirmed: their state has changed, or you wrote them yourself. Open each to see.
activities-return = Return for correction
activities-return-reason = Reason for returning
activities-return-do = Return
activities-withdraw = Withdraw this record
activities-withdraw-reason = Why it is withdrawn
activities-withdraw-do = Withdraw
activities-reason-returned = Why it was returned
activities-reason-withdrawn = Why it was withdrawn
activities-done-sent = Sent. The commune will confirm it.
activities-done-kept = Kept as a draft. Not sent yet.
activities-done-confirmed = Confirmed. The figures include it.
activities-done-returned = Returned to its author.
activities-done-withdrawn = Withdrawn. The record is kept but not counted.

# Versions
activities-versions = Versions
activities-versions-title = Versions
activities-versions-back = Back to the record
activities-version-n = Version { $n }
activities-version-before = before
activities-version-after = after
activities-step-keep = kept as draft
activities-step-send = sent
activities-step-confirm = confirmed
activities-step-return = returned
activities-step-withdraw = withdrawn

# Not possible
activities-refusal-not-now = The record's present state does not allow this. Reload the page to see its new state.
activities-refusal-own = Nobody confirms what they wrote. Ask another officer.
activities-refusal-no-reason = A reason is needed. Go back and write it.
activities-refusal-future = That day has not come. Record the work when it is done.
activities-refusal-personal-number = The text holds a phone or identity number. Remove it: no personal data here.
activities-refusal-too-long = The text is longer than 2,000 characters. Make it shorter.
activities-refusal-no-kind = This kind is not in use now. Choose the kind again.
activities-refusal-nothing-chosen = Nothing was chosen. Go back and tick what is to be confirmed.
activities-refusal-span = Totals do not end before they begin; only totals can be of the whole unit.
activities-area-missing = Choose the residential area.
activities-day-not-a-date = “{ $typed }” is not a date. Write it like 5/9/2026.
activities-day-no-such-day = There is no day “{ $typed }”. Check day and month.
activities-day-year = The year of “{ $typed }” is wrong. Write all four digits, 2000 to 2100.
activities-field-missing = { $label }: missing. Fill it in.
activities-field-one-needed = { $label }: fill in at least one of: { $value }.
activities-field-not-a-number = { $label }: “{ $value }” is not a whole number. Write it like 1,250.
activities-field-too-small = { $label }: at least { $value }.
activities-field-too-large = { $label }: at most { $value }. Check the number.
activities-field-too-long = { $label }: longer than { $value } characters. Make it shorter.
activities-field-unknown-option = { $label }: “{ $value }” is not one of the options. Choose again.
activities-field-bad-households = { $label }: cannot read “{ $value }”. Write household numbers like 1-20, 25.
activities-field-household-beyond = { $label }: there is no household { $value }; the area has { $max }.
activities-field-personal-number = { $label }: “{ $value }” looks like a phone or identity number. Remove it.
activities-photo-too-large = The photo “{ $name }” is larger than 10 MB. Choose a smaller one.
activities-photo-not-a-photo = “{ $name }” is not a JPEG, PNG or WebP photo. Choose another.
activities-photo-broken = The photo “{ $name }” is damaged and cannot be opened. Take or choose it again.
activities-photo-too-many = At most { $max } photos can be sent. Leave some out.

# Audit log
audit-activity-keep = Activity kept as draft
audit-activity-send = Activity sent
audit-activity-confirm = Activity confirmed
audit-activity-return = Activity returned
audit-activity-withdraw = Activity withdrawn
audit-activity-photos = Photos of an activity changed
audit-figures-months = Monthly cells made from daily cells
