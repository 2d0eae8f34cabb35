# Gửi, nhận báo cáo: một lần gửi
submissions-receiver = Nơi nhận
submissions-line = Hệ
submissions-line-none = Dùng chung
submissions-due = Hạn gửi
submissions-first-sent = Gửi lần đầu
submissions-late = gửi muộn
submissions-accepted-before = Đã tiếp nhận trước đó
submissions-accepted-link = Mở báo cáo đã tiếp nhận
submissions-since = Thay đổi từ khi chốt
submissions-since-lead = Cấp trên đã tiếp nhận báo cáo này. Những bản ghi sau nay đã khác; nếu cần, đơn vị lập báo cáo điều chỉnh và gửi lại:
submissions-since-changed = đã sửa
submissions-since-gone = không còn được tính
submissions-since-added = được xác nhận sau khi chốt
submissions-findings = Số liệu nên xem lại
submissions-explain = Giải trình
submissions-explain-hint = Nói ngắn gọn vì sao những số liệu nêu trên là đúng. Cấp trên sẽ đọc. Không nêu tên người.
submissions-send-lead = Cấp trên sẽ thấy báo cáo ngay khi gửi.
submissions-send = Gửi báo cáo
submissions-send-open = Báo cáo chưa chốt số liệu. Hãy chốt trước khi gửi.
submissions-send-amend = Báo cáo bị trả lại. Hãy lập báo cáo điều chỉnh, chốt số liệu rồi gửi lại.
submissions-send-amended = Báo cáo này đã có báo cáo điều chỉnh. Hãy gửi báo cáo điều chỉnh.
submissions-to-report = Mở báo cáo
submissions-accept-lead = Tiếp nhận khi báo cáo đầy đủ và số liệu hợp lý.
submissions-accept = Tiếp nhận
submissions-return-open = Trả lại để điều chỉnh
submissions-reason = Lý do trả lại
submissions-reason-hint = Nêu rõ mục nào cần sửa và vì sao. Không nêu tên người.
submissions-return = Trả lại
submissions-steps = Quá trình gửi, nhận
submissions-earlier = báo cáo đã gửi lần đó
submissions-report = Mở báo cáo
submissions-files = Xem trước và tải văn bản
submissions-back = Về danh sách
submissions-paper = Nội dung báo cáo

# Trạng thái
submissions-standing-overdue = Quá hạn chưa gửi
submissions-standing-due = Đến hạn gửi
submissions-standing-running = Đang trong kỳ
submissions-standing-returned = Bị trả lại
submissions-standing-sent = Chờ tiếp nhận
submissions-standing-accepted = Đã tiếp nhận

# Báo cáo phải gửi
submissions-owed-title = Báo cáo phải gửi
submissions-owed-lead = Nơi nhận: { $receiver }. Việc gấp đứng trước.
submissions-owed-empty = Không có báo cáo nào phải gửi.
submissions-to-reports = Danh sách báo cáo
submissions-notes = Phiếu của khu dân cư
submissions-form = Mẫu báo cáo
submissions-period = Kỳ báo cáo
submissions-state = Trạng thái
submissions-reminded = Cấp trên đã nhắc ngày { $day }

# Báo cáo đã nhận
submissions-received-title = Báo cáo nhận được
submissions-received-empty = Không có báo cáo nào ở trạng thái này.
submissions-every-form = Mọi mẫu báo cáo
submissions-show = Xem
submissions-sender = Đơn vị gửi
submissions-changed = Ngày cập nhật
submissions-more = Còn báo cáo khác. Hãy chọn một mẫu báo cáo để thu hẹp danh sách.

# Bảng theo dõi
submissions-board-title = Theo dõi gửi báo cáo
submissions-board-lead = { $period }. Hạn gửi: ngày { $due }.
submissions-board-none = Chưa có đơn vị cấp dưới nào phải gửi báo cáo ở đây.
submissions-before = Kỳ trước
submissions-after = Kỳ sau
submissions-late-count = Trong số đã gửi có { $count } báo cáo gửi muộn.
submissions-remind = Nhắc { $count } đơn vị chưa gửi
submissions-last-reminded = Nhắc lần cuối

# Đã làm
submissions-done-sent = Đã gửi báo cáo lên cấp trên.
submissions-done-accepted = Đã tiếp nhận báo cáo.
submissions-done-returned = Đã trả lại báo cáo kèm lý do.
submissions-done-reminded = Đã nhắc các đơn vị chưa gửi.

# Khi không làm được
submissions-refused-no-superior = Đơn vị này không gửi báo cáo lên cấp trên trong phần mềm.
submissions-refused-open = Báo cáo chưa chốt số liệu nên chưa gửi được. Hãy chốt trước.
submissions-refused-amended = Báo cáo này đã có báo cáo điều chỉnh. Hãy gửi báo cáo điều chỉnh.
submissions-refused-other-line = Mẫu báo cáo này thuộc hệ khác. Người phụ trách hệ đó gửi và tiếp nhận.
submissions-refused-faults = Báo cáo còn lỗi nên chưa gửi được. Hãy lập báo cáo điều chỉnh và sửa những mục được nêu.
submissions-refused-unexplained = Có số liệu nên xem lại. Hãy giải trình hoặc sửa bản ghi rồi lập báo cáo điều chỉnh.
submissions-refused-amend-first = Báo cáo đã bị trả lại. Hãy lập báo cáo điều chỉnh rồi gửi báo cáo đó.
submissions-refused-not-receiver = Chỉ cơ quan nhận báo cáo mới tiếp nhận hoặc trả lại được.
submissions-refused-own-report = Người gửi không tự tiếp nhận báo cáo của mình. Hãy để người khác xem và tiếp nhận.
submissions-refused-not-sent = Báo cáo này chưa được gửi.
submissions-refused-decided = Báo cáo này đã được xử lý.
submissions-refused-no-reason = Hãy nêu lý do trả lại để đơn vị biết phải sửa gì.
submissions-refused-too-long = Tối đa { $most } ký tự. Hãy rút gọn.
submissions-refused-personal-number = Có số giống số điện thoại hoặc số giấy tờ: { $number }. Hãy bỏ số này.
submissions-refused-no-form = Không có mẫu báo cáo hoặc kỳ báo cáo đó.
submissions-refused-changed = Báo cáo vừa được gửi lại hoặc vừa được xử lý. Hãy xem nội dung mới nhất dưới đây rồi làm lại.

# Nhật ký
audit-submission-send = Gửi báo cáo lên cấp trên
audit-submission-return = Trả lại báo cáo
audit-submission-accept = Tiếp nhận báo cáo
audit-submission-remind = Nhắc gửi báo cáo
