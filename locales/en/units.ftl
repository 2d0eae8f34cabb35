# Finding a unit
units-find-title = Find a unit
units-find-label = Name or code of the administrative unit
units-find-hint = With or without Vietnamese marks; you may add the province, for example: cao phong phu tho
units-find-button = Find
units-find-found = Results
units-find-none = No unit was found. Try fewer words, or the unit's code.
units-find-more = Only the first { $count } results are shown. Add the province to narrow them down.
units-find-former = Communes before 1 July 2025
units-find-former-now = Now
units-find-former-split = Split

# One unit
units-show-code = Unit code { $code }
units-show-day = As of
units-show-day-button = Show
units-show-areas = Residential areas as of { $day }
units-show-no-areas = There are no residential areas as of this day.
units-show-area = Residential area
units-show-households = Households
units-show-areas-count = Residential areas
units-show-households-total = Households in all
units-show-unknown = { $count } residential areas have no number of households yet, so the total below is too small.
units-show-below = Units below as of { $day }
units-show-organisations = Organisations in the movement as of { $day }
units-show-history = What it has been
units-show-rearrangements = Rearrangements of units
units-show-from = From { $day }
units-show-unchecked = (the day it came into force was not checked against the act)

# A typed day
units-day-form = Type a day such as 5/9/2026.
units-day-year = The year must be between 2000 and 2100.
units-day-none = The calendar has no such day.

# Lines
units-line-police = Police
units-line-front = Fatherland Front
units-line-government = People's Committee
units-line-union = Mass organisations

# When something cannot be done
units-refused-name = A name must have 1 to 120 characters.
units-refused-name-taken = The commune already has a residential area of this name. Choose another name, or correct the one that is there.
units-refused-households = A residential area has at most 20,000 households. Check the number.
units-refused-outside-its-time = The residential area did not exist on this day. Choose another day.
units-refused-code = The code must have five digits and be free on that day.
units-refused-same-commune = The residential area already belongs to this commune on that day.

# Audit log
audit-unit-carry = Everything of the unit brought in from another machine
audit-area-add = Residential area added
audit-area-rename = Residential area renamed
audit-area-households = Households of an area set
audit-area-move = Area moved to another commune
audit-area-receive = Area received from another commune
audit-area-end = Residential area ended
audit-organisation-add = Organisation added
audit-organisation-end = Organisation ended

# Keeping residential areas, households, organisations
units-keep-area-new = Add a residential area
units-keep-area-edit = Change a residential area
units-keep-organisation-new = Add an organisation
units-keep-name = Name
units-keep-name-hint = With its kind: khu, xóm, bản, thôn, tổ dân phố. For example: xóm Chằng Ngoài.
units-keep-organisation-hint = Official name. For example: Hội Liên hiệp Phụ nữ xã Cao Phong.
units-keep-households = Households
units-keep-from = From
units-keep-from-hint = What was before this day stays as it was.
units-keep-kind = Kind of organisation
units-keep-save = Save
units-keep-households-bad = Households must be a whole number. Write it like 142.
units-keep-kind-missing = Choose the kind of organisation.
units-keep-done-saved = Saved.
units-kind-party-committee = Party committee
units-kind-peoples-committee = People's Committee
units-kind-police = Police
units-kind-front = Vietnam Fatherland Front committee
units-kind-women = Women's Union
units-kind-farmers = Farmers' Union
units-kind-youth = Youth Union
units-kind-veterans = Veterans' Association
units-kind-trade-union = Trade union
units-kind-security-team = Security and order team
units-kind-school = School
units-kind-enterprise = Enterprise
