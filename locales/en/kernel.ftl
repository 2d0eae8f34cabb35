# The frame shared by all pages.
kernel-app-name = Chung Sức
kernel-app-purpose = Software for the movement “All people protect national security”
kernel-skip = Skip to the main content
kernel-nav-label = Main sections
kernel-nav-more = More
kernel-nav-all = All sections
kernel-sign-out = Sign out

# Forms
kernel-optional = optional
kernel-error-word = Error
kernel-errors-title = Not saved yet. Please check:
kernel-select-prompt = Choose one
kernel-photo-working = Making the photo smaller…
kernel-photo-ready = The photo is ready to send.
kernel-photo-alt = Chosen photo
kernel-draft-restored = What you had typed on this device is back. If there were photos, choose them again.
kernel-draft-discard = Discard this and start again

# States of a record
kernel-state-draft = Draft
kernel-state-sent = Sent
kernel-state-confirmed = Confirmed
kernel-state-returned = Returned
kernel-state-withdrawn = Withdrawn

# Lists
kernel-pages-label = Pages
kernel-pages-prev = Previous
kernel-pages-next = Next
kernel-figure-open = see what this figure is made of
kernel-pick = Choose
kernel-pick-all = Choose all

# When something cannot be done
kernel-error-sign-in = Your session has ended or you are not signed in. What you were typing is kept on this device.
kernel-error-forbidden = This account has not been given this task in this place. If you need it, ask the administrator of the commune.
kernel-error-not-found = The address is wrong, or what it shows is outside the places of this account.
kernel-error-conflict = What you sent was not saved, so that it does not overwrite the newer version. Open the record again, look at what changed, and enter yours again.
kernel-error-busy = Not saved yet. Wait a minute and send again; sending again does not count a record twice.
kernel-error-too-large = Choose fewer or smaller photos and send again.
kernel-error-internal = The fault has been logged. Try again; if it stays, tell the administrator the number below.
kernel-error-home = To the first page
kernel-error-again = Send again what you typed
kernel-error-again-files = Photos and files cannot be sent again from this page. If they matter, go back to the page before and send from there.
kernel-error-request = Request number

kernel-error-full-title = The server has no room left
kernel-error-full = Nothing of what you sent was saved. Ask the administrator to free disk space, then send again; what you typed is still on the page before.
kernel-error-foreign-form = This form came from another site and was not accepted. Open the Chung Sức page and send it again.

# Signing in again after the session ended
kernel-sign-in = Sign in
kernel-sign-in-name = Sign-in name
kernel-sign-in-password = Password
kernel-session-ended-title = Your session has ended
kernel-session-ended-lead = What you typed is still here. Sign in again to send it; photos must be chosen again.

# Frame
kernel-demo = Synthetic data: not the real figures of any place.
kernel-nav-dashboard = Overview
kernel-nav-activities = Activities
kernel-nav-record = Record
kernel-nav-reports = Reports
kernel-nav-register = Register of papers
kernel-nav-audit = Audit log
kernel-nav-accounts = Accounts
kernel-nav-catalogue = Catalogue
kernel-nav-unit = Unit
kernel-role-area-head = Head of residential area
kernel-role-officer = Movement officer
kernel-role-chair = Commune leader
kernel-role-province-staff = Province staff
kernel-role-country-staff = National staff
kernel-role-administrator = Administrator
kernel-role-auditor = Auditor

# Titles of error pages
kernel-error-sign-in-title = Sign-in needed
kernel-error-forbidden-title = Not permitted
kernel-error-not-found-title = Page not found
kernel-error-refused-title = Not done
kernel-error-conflict-title = Somebody has just changed this record
kernel-error-busy-title = The system is busy
kernel-error-too-large-title = Too much was sent
kernel-error-internal-title = A fault in the program
kernel-my-account = My account

# Without signal
kernel-kept = A page kept on this phone; no signal, or a weak one. Kept:
kernel-newer = A newer one has come: open it
kernel-waiting = Waiting on this phone to be sent:
kernel-said = The unit, your rights or the catalogue changed: look
kernel-lost = The browser threw away what this phone kept
kernel-handed = What follows was handed over by another phone; its writer and when it was written:
kernel-handed-author = Look at it, then send. If you send it you are its author, and somebody else will confirm it.
kernel-handed-left = The photos in the file are too large to come along. The other phone will send them when it has a signal.
kernel-handed-broken = What was handed over cannot be read. Scan the code or choose the file again.
kernel-phone = Use without signal
kernel-outbox-full = This phone has no room to keep this until it can be sent. What you typed is still in the form: free some space on the phone, or wait for a signal and send again.

# Source
kernel-source-link = Source code
kernel-source-title = Source code of this program
kernel-source-licence = Chung Sức version { $version } is free software under AGPL-3.0 or later: whoever uses it over a network may have the source of the very version that runs.
kernel-source-there = The source of what runs here:
kernel-source-ask = Whoever operates this server owes the source of the running version, free of charge, to any user who asks. Please write to the administrator.
