# Use without signal.
sync-title = Use without signal
sync-lead = The phone keeps the pages you need and what you wrote, and sends it by itself when there is a signal. All that is kept is encrypted and opens only with each person's PIN.
sync-no-script = JavaScript is switched off in this browser, so the phone keeps nothing. With a signal every page works.
sync-unable = This browser keeps nothing for use without signal: open Chung Sức at an https address, in a newer browser. With a signal every page works.
sync-locked = There is no signal. The page you opened is on this phone but locked: type the PIN to see it.
sync-not-kept = There is no signal, and the page you opened is not kept on this phone.
sync-arrived = What could be sent has been sent.
sync-may-go = The browser does not promise to keep this: when the phone is full it may throw it away. Install Chung Sức on the home screen, and send soon when there is a signal.

# Open
sync-waiting = Waiting to be sent
sync-nothing-waits = Nothing is waiting to be sent.
sync-written = Written
sync-photos = photos
sync-refused = The server did not take it. Correct it and send it again:
sync-correct = Look, correct
sync-discard = Throw away
sync-discard-sure = Throw this away? It has not been sent and cannot be got back.
sync-later-again = Not sent yet. The phone will send by itself when there is a signal.
sync-sign-in = Sign in again to send.
sync-hand-over = Hand to an officer
sync-hand-over-hint = An officer who is signed in points the phone's camera at this code, or takes the file by Bluetooth or memory card. It stays on this phone until the server has it.
sync-code-alt = QR code with what was written, without photos
sync-no-code = Too long for a QR code. Save it as a file.
sync-save-file = Save as a file (with photos)
sync-take-in = Take in from another phone
sync-take-in-hint = Choose the file that was handed over. Its form opens filled in; look at it, then send. Whoever sends it is its author.
sync-file = File handed over
sync-no-file = Chung Sức did not save this file, or it is damaged. Ask its writer to save it again.
sync-send-now = Send now
sync-understood = Understood
sync-both = Somebody changed this record meanwhile. Choose for each answer that differs which one to keep. Both stay among the versions.
sync-mine = Yours:
sync-theirs = Theirs:
sync-send-choice = Send the choice
sync-records = My activities
sync-no-records = The server has nothing of yours since this phone began.
sync-kept = Pages that open without signal
sync-kept-hint = The phone keeps a page whenever it is opened with a signal.
sync-all-kept = The phone has kept every page it needs. You can go where there is no signal.
sync-whose = Open for
sync-lock = Lock
sync-forget = Take off this phone
sync-forget-sure = Take everything off this phone that it keeps for this person?
sync-forget-waits = Some of it has NOT BEEN SENT and would be lost. Take it off all the same? Not sent:

# Unlock, begin
sync-unlock = Open with the PIN
sync-wrong-pin = The PIN is wrong. Type it again.
sync-later = Wrong too often. Try again after:
sync-person = Whose
sync-pin = PIN
sync-open = Open
sync-create = Begin on this phone:
sync-create-hint = Choose a PIN for this phone only. If you forget it, what was not sent cannot be got back; nobody can open it for you.
sync-weak-pin = The PIN needs at least 6 digits, not one digit repeated and not a row such as 123456.
sync-pins-differ = The two are not the same. Type the second one again.
sync-new-pin = New PIN
sync-new-pin-hint = At least 6 digits.
sync-same-pin = Type the PIN again
sync-start = Begin
sync-stranger = Nobody has set a PIN on this phone. Sign in when there is a signal, then open this page again.

# The exchange with the server
sync-refused-exchange = The server does not understand what this phone sent. Reload the page when there is a signal and send again; what was written is still on the phone.
sync-refused-address = There is no place for this any more. Open the form anew when there is a signal and write it again, or hand it to an officer of the commune.
sync-refused-no-right = The account may no longer record activities in this unit, or the record is not among its tasks. Ask an officer of the commune.
sync-refused-clock = The clock of the phone is wrong, so the day may be wrong too: this was written down about { $day }. Set the clock, check the day, and send again.
sync-said-led = The unit changed while there was no signal: what was written went to { $unit }.
sync-said-home = The account's place of work is now { $unit }. The pages on this phone are being read again.
sync-said-rights = The rights of the account have changed. The pages on this phone are being read again.
sync-said-rules = Kinds of activity or their questions have changed. The forms on this phone are being read again; what was written with the old ones is sent all the same, and what is missing will be named.

# Phones set up
sync-devices-title = Phones of the people of this unit
sync-devices-lead = Phones on which a PIN was set for use without signal. Revoke one that was lost or has a new owner.
sync-devices-own-title = My phones
sync-devices-own-lead = Phones on which you set a PIN for use without signal. If you lose one, revoke it here at once.
sync-devices-none = No PIN was set on any phone.
sync-device-unknown = Unknown phone
sync-device-set-up = PIN set
sync-device-seen = Last contact
sync-device-state = State
sync-device-in-use = In use
sync-device-revoked = Revoked { $at }; wipes itself when it has a signal
sync-device-wiped = Wiped itself { $at }
sync-revoke = Revoke this phone
sync-revoke-hint = Its session ends at once. The first time it has a signal it wipes all that it keeps, also what was not sent; until then it opens nothing without the PIN.
sync-done-revoked = Revoked. The phone wipes itself when it has a signal.
sync-wiped = This phone was revoked, so everything it kept for this person has been wiped.
sync-lost = The browser threw away what this phone kept (often because the phone was full, or browsing data were cleared). What was sent is on the server; what was not sent cannot be got back. Free some storage, install Chung Sức on the home screen, and set the PIN again.
sync-to-devices = My phones

audit-device-set-up = Phone set up
audit-device-revoke = Phone revoked
