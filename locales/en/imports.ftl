imports-column-day = Day
imports-column-area = Residential area
imports-column-programmes = Programmes and movements served
imports-column-note = Note
