# Submissions: one
submissions-receiver = Receiver
submissions-line = Line
submissions-line-none = Shared by all lines
submissions-due = Due
submissions-first-sent = First sent
submissions-late = late
submissions-accepted-before = Accepted earlier
submissions-accepted-link = Open the accepted report
submissions-since = Changes since it was frozen
submissions-since-lead = The superior has accepted this report. These records are different now; if need be the unit amends the report and sends it again:
submissions-since-changed = changed
submissions-since-gone = no longer counted
submissions-since-added = confirmed after freezing
submissions-findings = Figures worth another look
submissions-explain = Explanation
submissions-explain-hint = Say in short why the figures above are right. The superior reads it. No names of people.
submissions-send-lead = The superior sees the report as soon as it is sent.
submissions-send = Send the report
submissions-send-open = The report is not frozen. Freeze it before sending.
submissions-send-amend = The report was returned. Start an amended report, freeze it, then send that one.
submissions-send-amended = This report was amended. Send the amended one.
submissions-to-report = Open the report
submissions-accept-lead = Accept it when it is complete and its figures are plausible.
submissions-accept = Accept
submissions-return-open = Return for amendment
submissions-reason = Reason
submissions-reason-hint = Say what has to change and why. No names of people.
submissions-return = Return
submissions-steps = What happened
submissions-earlier = the report sent then
submissions-report = Open the report
submissions-files = Preview and files
submissions-back = Back to the list
submissions-paper = The report

# States
submissions-standing-overdue = Overdue
submissions-standing-due = Due
submissions-standing-running = Period running
submissions-standing-returned = Returned
submissions-standing-sent = Waiting for acceptance
submissions-standing-accepted = Accepted

# What is owed
submissions-owed-title = Reports to send
submissions-owed-lead = Receiver: { $receiver }. What presses comes first.
submissions-owed-empty = There are no reports to send.
submissions-to-reports = List of reports
submissions-notes = Notes of the residential areas
submissions-form = Form
submissions-period = Period
submissions-state = State
submissions-reminded = Reminded on { $day }

# What was received
submissions-received-title = Reports received
submissions-received-empty = There are no reports in this state.
submissions-every-form = Every form
submissions-show = Show
submissions-sender = Sender
submissions-changed = Last change
submissions-more = There are more. Choose a form to narrow the list.

# The board
submissions-board-title = Who has sent
submissions-board-lead = { $period }. Due on { $due }.
submissions-board-none = No unit below has to send a report here yet.
submissions-before = Period before
submissions-after = Next period
submissions-late-count = { $count } of those sent came late.
submissions-remind = Remind the { $count } that have not sent
submissions-last-reminded = Last reminded

# Done
submissions-done-sent = The report is with the superior.
submissions-done-accepted = The report is accepted.
submissions-done-returned = The report is returned with its reason.
submissions-done-reminded = The units that have not sent are reminded.

# When it cannot be done
submissions-refused-no-superior = This unit sends no reports to a superior in this program.
submissions-refused-open = The report is not frozen and cannot be sent yet. Freeze it first.
submissions-refused-amended = This report was amended. Send the amended one.
submissions-refused-other-line = This form belongs to another line. Whoever works for that line sends and accepts it.
submissions-refused-faults = The report has faults and cannot be sent. Start an amended report and put right what is named.
submissions-refused-unexplained = Some figures are worth another look. Explain them, or correct the records and amend the report.
submissions-refused-amend-first = The report was returned. Start an amended report and send that one.
submissions-refused-not-receiver = Only the body that receives the report accepts or returns it.
submissions-refused-own-report = Nobody accepts or returns what they sent. Let somebody else look at it.
submissions-refused-not-sent = This report was not sent.
submissions-refused-decided = This report was decided already.
submissions-refused-no-reason = Give the reason, so that the unit knows what to change.
submissions-refused-too-long = At most { $most } characters. Please shorten it.
submissions-refused-personal-number = There is what looks like a phone or identity number: { $number }. Take it out.
submissions-refused-no-form = There is no such form or period.
submissions-refused-changed = The report was just sent again or decided. Look at the latest state below, then try again.

# Audit log
audit-submission-send = Report sent to the superior
audit-submission-return = Report returned
audit-submission-accept = Report accepted
audit-submission-remind = Units reminded to send a report
