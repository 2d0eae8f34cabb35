# Công khai số liệu: quyết định
disclosures-state-none = Chưa công khai
disclosures-state-public = Đang công khai
disclosures-state-withdrawn = Đã thu hồi
disclosures-lead = Mọi người đọc được những số liệu dưới đây mà không cần tài khoản. Phần lời, số liệu của từng khu dân cư và tên người không được công khai.
disclosures-disclose = Công khai
disclosures-withdraw-lead = Thu hồi khi số liệu không nên công khai nữa. Chậm nhất sau hai phút, người mở địa chỉ này được báo là số liệu đã thu hồi; ai đã lưu thì vẫn còn.
disclosures-withdraw = Thu hồi
disclosures-withdrawn-on = Ngày thu hồi
disclosures-address = Địa chỉ công khai
disclosures-list = Trang công khai của đơn vị
disclosures-preview = Những gì mọi người đọc được
disclosures-to-report = Mở báo cáo
disclosures-done-public = Đã công khai. Gửi địa chỉ công khai cho người dân.
disclosures-done-withdrawn = Đã thu hồi.

# Vì sao không được
disclosures-refused-open = Báo cáo chưa chốt số liệu. Hãy chốt trước khi công khai.
disclosures-refused-amended = Báo cáo này đã có báo cáo điều chỉnh. Hãy công khai báo cáo điều chỉnh.
disclosures-refused-nothing = Báo cáo này không có số liệu để công khai.
disclosures-refused-other-line = Mẫu báo cáo này của hệ khác: chỉ người làm việc cho hệ đó quyết định việc công khai.
disclosures-refused-changed = Có người vừa quyết định khác. Hãy xem lại rồi làm tiếp.

# Trang mọi người đọc
disclosures-list-title = Số liệu công khai
disclosures-list-lead = Kỳ mới nhất đứng trước.
disclosures-list-empty = Đơn vị chưa công khai số liệu nào.
disclosures-frozen = Chốt số liệu
disclosures-since = Công khai từ
disclosures-source = Số liệu cộng từ những việc đã ghi và được xác nhận, không ai nhập số tổng; số nào gồm cả số tổng hợp thì ghi rõ bên cạnh.
disclosures-small = Nhóm dưới 5 người hoặc 5 hộ ghi “<5” để không ai bị nhận ra; số nào làm lộ số đó thì ghi “–”.
disclosures-meaning = Cách tính
disclosures-to-list = Mọi số liệu công khai của đơn vị
disclosures-gone-title = Số liệu đã thu hồi
disclosures-gone = Đơn vị đã thu hồi hoặc điều chỉnh số liệu ở địa chỉ này.

# Nhật ký
audit-disclosure-open = Công khai số liệu báo cáo
audit-disclosure-withdraw = Thu hồi số liệu đã công khai
