# Periodic reports: the list
reports-list-title = Reports
reports-list-empty = There are no reports yet.
reports-new = Start a report
reports-period = Period
reports-form = Form
reports-due = Due
reports-late = overdue
reports-state = State
reports-state-open = Open
reports-state-frozen = Frozen
reports-is-amendment = amended report
reports-was-amended = Amended since
reports-changed-count = { $count } records changed
reports-to-submissions = Sending and receiving
reports-back = Back

# Starting one
reports-new-title = Start a report
reports-new-lead = Figures fill in themselves from confirmed activities. Only periods without a report are listed.
reports-new-which = Report and period
reports-new-choose = Choose a report.
reports-new-start = Start
reports-new-ad-hoc = Ad hoc report
reports-new-from = From
reports-new-to = To
reports-new-days = Choose a first and a last day, the first not after the last, at most a year apart.
reports-new-start-ad-hoc = Start an ad hoc report
reports-new-basis = Borders to read the figures in
reports-new-basis-hint = The borders of the unit changed within the time of these reports, so the figures depend on the borders chosen.
reports-new-basis-restated = Figures restated in the borders of the day below
reports-new-basis-day = Day whose borders are used to restate
reports-new-basis-no-day = Choose the borders; to restate, give a day, not after today.
reports-new-none = The recent periods all have their report, or this unit reports on no form.

# One report
reports-basis = Borders
reports-basis-as-it-is-now = Figures in the borders at the time of the report
reports-basis-as-it-was = Figures in the borders of each day
reports-basis-restated = Figures restated in the borders of { $day }
reports-amends = Amends
reports-amends-link = The earlier report of this period
reports-amended-link = Open the amended report
reports-areas-whole = Whole commune
reports-indicator = Indicator
reports-column-current = This period
reports-column-previous = Period before
reports-column-last-year = Same period last year
reports-column-previous-short = Before
reports-column-last-year-short = Last year
reports-overlaps = What serves several programmes counts in each of them and only once in the whole, so the whole is not the sum of the programmes.
reports-save = Save the text
reports-no-text = Nothing written yet.
reports-earlier = What the report on { $period } says
reports-theirs = What somebody else has just saved
reports-stale = Somebody has just saved this report. Your text is still in the fields below; theirs stands under each field that differs. Saving again keeps yours.
reports-text-too-long = At most { $most } characters here, there are { $typed }. Please shorten it.
reports-text-personal-number = There is what looks like a phone or identity number: { $number }. Take it out; reports hold nothing about single people.
reports-waiting = { $count } activities of the period wait for confirmation and are not counted yet.
reports-freeze = Freeze the figures
reports-freeze-lead = Freezing keeps the figures and the list of records as they are; the report cannot be changed after that. Save the text first.
reports-unwritten = { $count } texts are still empty.
reports-freeze-later = The figures can be frozen from { $day }, after the period has ended.
reports-amend = Start an amended report
reports-since = Changes since it was frozen
reports-since-lead = The figures of this report stay as they were. These records are different now:
reports-since-changed = changed (version { $counted } was counted, now version { $now })
reports-since-gone = no longer counted (version { $counted } was counted)
reports-since-added = confirmed after freezing (version { $now })
reports-preview = Preview the paper

# One figure
reports-figure-definition = How it is counted
reports-figure-version = Indicator
reports-figure-version-words = { $name }, version { $version }
reports-figure-no-version = The indicator did not exist then
reports-figure-slice = Scope
reports-figure-unit = Unit
reports-figure-legal = Basis in law
reports-figure-unchecked = not yet compared with the original text
reports-figure-window-words = from { $from } to { $to }
reports-figure-records = The records behind it
reports-figure-records-now = As the data are now.
reports-figure-records-frozen = Exactly as when the report was frozen.
reports-figure-records-other = The figure of the other period is kept as it was; the list below is as the data are now.
reports-figure-no-records = There are no records.
reports-slice-whole = All
reports-record = Activity
reports-record-day = Day
reports-record-area = Residential area
reports-record-amount = Adds
reports-record-version = Version
reports-back-to-report = Back to the report

# Papers
reports-number = Take number and day
reports-preview-title = Preview of the paper
reports-preview-choices = Style
reports-style-peoples-committee = People's Committee
reports-style-commune-police = Commune police
reports-style-front = Fatherland Front
reports-signer-head = the head signs
reports-signer-deputy = a deputy for the head (KT.)
reports-signer-by-order = by order of the head (TL.)
reports-signer-by-authorisation = by authorisation of the head (TUQ.)
reports-signer-as-written = exactly as the office is written
reports-signing-title = Addressees, recipients, signers
reports-signing-lead = Remembered for the next papers of this form in this style. A paper that has its number stays as it is.
reports-signing-addressees = Kính gửi (addressees)
reports-signing-addressees-hint = When reporting to superiors. One on each line.
reports-signing-recipients = Nơi nhận (recipients)
reports-signing-recipients-hint = One on each line, where it is kept on the last. With addressees, “Như trên” is put first.
reports-signing-as = Signer
reports-signing-office = Office
reports-signing-office-hint = Only for TL. and TUQ. (for example CHÁNH VĂN PHÒNG), or line by line when it is to be printed exactly as written.
reports-signing-name = Name
reports-signing-name-hint = Armed forces print the rank with it. No academic titles.
reports-signing-second = Body that signs as well
reports-signing-second-hint = A joint report: two bodies sign side by side; the number is of the series of the body that makes the paper.
reports-signing-as-second = Signer of the body that signs as well
reports-signing-office-second = Office of that signer
reports-signing-name-second = Name of that signer
reports-signing-save = Save and look again
reports-signing-stale = Somebody has just saved other words; the paper below shows theirs. Yours are still in these fields. Saving again uses yours.
reports-signing-missing = Nothing is written. Write at least one line.
reports-signing-too-long = A line is longer than { $most } characters. Shorten it.
reports-signing-too-many = More than { $most } lines. Leave some out.
reports-signing-no-such = No such choice. Choose again.

# Checks before freezing and sending
reports-send = Send to the superior
reports-faults = To be put right before freezing
reports-odd = Worth another look; if it is right, explain it when sending
reports-check-missing = “{ $place }” is not written. Write it and save; if there is nothing, write “None”.
reports-check-sum = “{ $place }” is { $value }, but its rows add up to { $sum }. Check the records of these rows.
reports-check-within = “{ $place }” is { $value }, more than “{ $whole }” with { $of }. Check the records of both rows.
reports-check-least = “{ $place }” is { $value }, below what is usual ({ $limit }). See whether records are missing.
reports-check-most = “{ $place }” is { $value }, above what is usual ({ $limit }). See whether a record is mistyped.
reports-check-jump = “{ $place }”: { $value } this period, { $before } the period before, { $times } times or more apart. Check the records.

# Done
reports-done-started = The report is started; its figures follow the records until it is frozen.
reports-done-written = The text is saved.
reports-done-frozen = The figures are frozen.
reports-done-numbered = The paper has its number and day and stands in the register.
reports-done-signed = Signers, addressees and recipients are saved.
reports-done-amended = The amended report is started, with the text of the earlier one.

# When it cannot be done
reports-refused-title = Not done
reports-refused-too-early = The period has not ended. The figures can be frozen from { $day }.
reports-refused-cut-off = The period has not ended, so the figures cannot be frozen yet.
reports-refused-not-begun = The period begins only on { $day }.
reports-refused-period = There is no such period, or it has not begun.
reports-refused-no-form = This unit does not report on that form in that period.
reports-refused-already-there = The period has its report already.
reports-refused-frozen = The report is frozen and cannot be changed. Start an amended report if you need to.
reports-refused-open = The report is still open: change it directly, no amended report is needed.
reports-refused-other-line = This form belongs to another line. Whoever works for that line writes and sends it.
reports-refused-faults = The report has faults and cannot be frozen. Put right what stands at its top.
reports-refused-issued = This paper has its number; its signers and recipients do not change any more.
reports-refused-texts = Some of the text could not be saved.
reports-refused-changed = Somebody has just changed this report. Open it again, look at the change, then try again.
reports-refused-print = The file could not be made: { $reason }

# Audit log
audit-report-start = Report started
audit-report-write = Report text written
audit-report-freeze = Report frozen
audit-report-amend = Amended report started
audit-report-sign = Signers and recipients of papers set
audit-report-issue = Paper of a report issued
reports-entered-all = entered as a total
reports-entered-part = of these { $n } entered as totals
reports-entered-some = holds entered totals
reports-entries = Totals to look at
reports-entry-doubled = may be counted twice: within the same days there are { $records } single records and { $entries } other totals of the same.
reports-entry-beyond = is not counted in this period, because its days reach beyond it.
