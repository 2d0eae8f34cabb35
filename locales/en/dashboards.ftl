# Dashboard
dashboards-title = Overview
dashboards-only = Only figures of the residential area in your care: { $areas }.
dashboards-periods = Choose the period
dashboards-regime-monthly = Month
dashboards-regime-quarterly = Quarter
dashboards-regime-yearly = Year
dashboards-before = Period before
dashboards-after = Period after
dashboards-figures = Results of the period
dashboards-indicator = Indicator
dashboards-column-now = This period
dashboards-column-before = Period before
dashboards-column-last-year = Same period last year
dashboards-column-target = Target of { $year }
dashboards-target-reached = { $target } ({ $reached } reached)

# Households and areas
dashboards-coverage = Coverage of households
dashboards-reached = households reached
dashboards-committed = households that signed a commitment
dashboards-never = households never reached
dashboards-coverage-note = From the first record to the end of the period, of { $households } households in { $areas } residential areas; the number of households is not known of { $unknown } areas.
dashboards-no-areas = There are no residential areas yet.
dashboards-areas-table = Each residential area ({ $n })
dashboards-areas = Each residential area
dashboards-area = Residential area
dashboards-area-records = Activities in the period
dashboards-area-households = Households
dashboards-area-reached = Reached
dashboards-area-committed = Committed
dashboards-area-never = Never reached
dashboards-without = Without activity in the period
dashboards-without-none = Every residential area has been active.
dashboards-most = Most activities

# Outreach sessions by month
dashboards-sessions = Outreach sessions of the last 12 months
dashboards-sessions-scale = Each bar is a monthly reporting period; all charts have the same scale.
dashboards-sessions-total = { $count } sessions
dashboards-sessions-of = Outreach sessions by month of { $area }
dashboards-sessions-desc = From the earliest month to the latest: { $values }.
dashboards-sessions-table = Outreach sessions by month, as a table

# What is due
dashboards-due = Reports due next
dashboards-due-later = After that ({ $n })
dashboards-due-form = Report
dashboards-due-period = Period
dashboards-due-cut-off = Cut-off
dashboards-due-day = Due

# Province
dashboards-choose = Indicator
dashboards-show = Show
dashboards-province-sum = Whole province
dashboards-province-sum-hidden = The figure of the whole province is not shown, because it would give away small numbers of communes.
dashboards-province-map-title = { $name } by commune
dashboards-province-map-desc = Each tile is a commune and bears the number of its step in the legend; the full figures are in the table beside it.
dashboards-no-map = There is no tile map of this province yet; see the table.
dashboards-legend = Legend of the steps
dashboards-legend-hidden = under 5, not shown
dashboards-legend-withheld = not shown, because it would give small numbers away
dashboards-legend-none = no figure
dashboards-communes-others = The other communes ({ $n })
dashboards-province-own = Entered by the province itself
dashboards-province-parts = Communes
dashboards-province-part = Commune
dashboards-value = Figure
dashboards-step = Step
dashboards-province-no-parts = There are no communes.

# The country
dashboards-country-lead = { $provinces } provinces with { $count } communes; 12 monthly reporting periods up to { $month }.
dashboards-country-active = communes with activity in the last month
dashboards-country-idle = provinces without activity in the last month
dashboards-country-idle-which = Provinces without activity in the last month
dashboards-country-count = Provinces
dashboards-country-sum = Whole country
dashboards-country-sum-hidden = The figure of the whole country is not shown, because it would give away small numbers of provinces and communes.
dashboards-country-map-title = { $name } by province
dashboards-country-map-desc = Each tile is a province and bears the number of its step in the legend; the Hoàng Sa and Trường Sa archipelagos bear those of Đà Nẵng and Khánh Hòa. The full figures are in the table beside it.
dashboards-country-parts = Provinces
dashboards-country-part = Province
dashboards-country-no-parts = There are no provinces.
dashboards-provinces = Province by province

# All indicators over 12 months
dashboards-year = The indicators over 12 months
dashboards-province-lead = { $count } communes; 12 monthly reporting periods up to { $month }.
dashboards-year-lead-commune = 12 monthly reporting periods up to { $month }.
dashboards-year-before = Month before
dashboards-year-after = Month after
dashboards-province-active = communes with activity in the last month
dashboards-province-idle = communes without activity in the last month
dashboards-province-idle-which = Communes without activity in the last month
dashboards-year-active-row = Communes with activity
dashboards-year-note = The newest month stands first; the chart goes from the oldest to the newest, each row with its own scale. The figure of the 12 months is made by itself and is not the months added up: a household or a residential area counts once. The sign · stands for a number that is withheld because it would give small numbers of single communes away.
dashboards-year-together = 12 months
dashboards-year-table = Table of the indicators by month
dashboards-province-count = Communes
dashboards-year-empty = Indicators without a figure in the 12 months
dashboards-year-back = To all indicators

# One figure
dashboards-window = Period
dashboards-window-words = from { $from } to { $to }
dashboards-definition = How it is counted
dashboards-version = Version of the indicator
dashboards-unit = Unit
dashboards-legal = Basis
dashboards-unchecked = not compared with the original text
dashboards-records = The records behind the figure
dashboards-no-records = There are no records.
dashboards-record = Activity
dashboards-record-day = Day
dashboards-record-adds = Adds
dashboards-back = Back to the overview
dashboards-entered = * Part of this was entered as totals, without single records.
