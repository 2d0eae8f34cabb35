//! Rules as data: activity kinds, programmes, indicators, period regimes, report forms.
