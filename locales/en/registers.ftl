# Register of issued papers
registers-title = Register of issued papers
registers-empty = No paper has been given a number yet.
registers-to-reports = To the reports
registers-number = Number and sign
registers-day = Day of issue
registers-subject = Kind and subject
registers-signer = Signer
registers-recipients = Recipients
registers-series-peoples-committee = People's Committee
registers-series-commune-police = Police
registers-series-front = Fatherland Front
audit-register-take = Paper numbered
