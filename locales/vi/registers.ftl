# Sổ đăng ký văn bản đi
registers-title = Sổ đăng ký văn bản đi
registers-empty = Chưa có văn bản nào được cấp số.
registers-to-reports = Về báo cáo
registers-number = Số, ký hiệu
registers-day = Ngày văn bản
registers-subject = Tên loại và trích yếu
registers-signer = Người ký
registers-recipients = Nơi nhận
registers-series-peoples-committee = Ủy ban nhân dân
registers-series-commune-police = Công an
registers-series-front = Mặt trận
audit-register-take = Cấp số văn bản
