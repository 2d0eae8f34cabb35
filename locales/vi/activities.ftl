# Hoạt động: ghi một lần, nơi việc diễn ra.
activities-list-title = Hoạt động
activities-new-title = Ghi việc đã làm
activities-new = Ghi việc mới
activities-imports = Nhập từ bảng tính
activities-found = hoạt động
activities-waiting-sent = { $n } việc chờ xác nhận
activities-waiting-returned = { $n } việc bị trả lại
activities-empty = Chưa có hoạt động nào khớp với điều kiện tìm.
activities-day = Ngày thực hiện
activities-from = Từ ngày
activities-until = Đến ngày
activities-span = Khoảng ngày
activities-span-hint = Số tổng hợp chỉ được tính vào kỳ báo cáo chứa trọn khoảng ngày này.
activities-whole-unit = Toàn đơn vị
activities-doubles = Có thể tính hai lần: trong khoảng ngày này đã có { $records } bản ghi từng lần và { $entries } số tổng hợp khác cùng nội dung. Hãy đối chiếu trước khi xác nhận.
activities-export = Tải danh sách { $format }
activities-export-what = Nội dung
activities-export-reason = Lý do
activities-area = Khu dân cư
activities-programmes = Phục vụ chương trình, phong trào
activities-programmes-hint = Một việc phục vụ nhiều chương trình chỉ ghi một lần; hãy chọn hết.
activities-note = Ghi chú
activities-note-hint = Viết về công việc; không ghi tên người, số giấy tờ, số điện thoại.
activities-photos = Ảnh
activities-photos-hint = Ảnh được thu nhỏ; vị trí và thông tin máy ảnh bị xóa. Tối đa 8 ảnh, mỗi ảnh 10 MB.
activities-photos-kept = Ảnh đã có
activities-photo-n = Ảnh { $n }
activities-photo-remove = Bỏ ảnh { $n }
activities-yes = Có
activities-no = Không
activities-send = Gửi xã xác nhận
activities-keep = Lưu nháp
activities-edit = Sửa
activities-own = Bản ghi này do chính bạn nhập nên người khác sẽ xác nhận.
activities-theirs = Nội dung người khác vừa lưu
activities-changed-meanwhile = Có người vừa sửa bản ghi này. Hãy so với nội dung của họ ở dưới; gửi lần nữa là thay bằng nội dung của bạn (bản của họ vẫn còn trong lịch sử).

# Lọc
activities-filter = Tìm và lọc
activities-filter-on = đang lọc
activities-filter-text = Từ cần tìm
activities-filter-state = Trạng thái
activities-filter-kind = Loại việc
activities-filter-programme = Chương trình, phong trào
activities-filter-from = Từ ngày
activities-filter-to = Đến ngày
activities-filter-apply = Tìm
activities-filter-clear = Bỏ lọc

# Xác nhận, trả lại, rút
activities-confirm = Xác nhận
activities-confirm-chosen = Xác nhận mục đã chọn
activities-confirm-left = Có { $n } mục chưa xác nhận được: đã đổi trạng thái, hoặc do chính bạn nhập. Hãy mở từng mục để xem.
activities-return = Trả lại để bổ sung
activities-return-reason = Lý do trả lại
activities-return-do = Trả lại
activities-withdraw = Rút bản ghi
activities-withdraw-reason = Vì sao rút
activities-withdraw-do = Rút
activities-reason-returned = Lý do trả lại
activities-reason-withdrawn = Lý do rút
activities-done-sent = Đã gửi. Xã sẽ xác nhận.
activities-done-kept = Đã lưu nháp. Chưa gửi xã.
activities-done-confirmed = Đã xác nhận. Số liệu đã được tính.
activities-done-returned = Đã trả lại cho người nhập.
activities-done-withdrawn = Đã rút. Bản ghi vẫn được giữ, không được tính.

# Các lần sửa
activities-versions = Các lần sửa
activities-versions-title = Các lần sửa
activities-versions-back = Về bản ghi
activities-version-n = Lần { $n }
activities-version-before = trước
activities-version-after = sau
activities-step-keep = lưu nháp
activities-step-send = gửi
activities-step-confirm = xác nhận
activities-step-return = trả lại
activities-step-withdraw = rút

# Chưa được
activities-refusal-not-now = Trạng thái hiện tại của bản ghi không cho phép việc này. Hãy tải lại trang để xem trạng thái mới.
activities-refusal-own = Người nhập không tự xác nhận bản ghi của mình. Hãy nhờ cán bộ khác.
activities-refusal-no-reason = Cần ghi rõ lý do. Hãy quay lại và viết lý do.
activities-refusal-future = Ngày thực hiện chưa đến. Hãy ghi khi việc đã làm xong.
activities-refusal-personal-number = Nội dung có số điện thoại hoặc số giấy tờ. Hãy xóa số đó: không ghi thông tin cá nhân.
activities-refusal-too-long = Nội dung dài quá 2.000 ký tự. Hãy viết ngắn lại.
activities-refusal-no-kind = Loại việc này hiện không dùng. Hãy chọn lại loại việc.
activities-refusal-nothing-chosen = Chưa chọn mục nào. Hãy quay lại và đánh dấu mục cần xác nhận.
activities-refusal-span = Ngày cuối của số tổng hợp không được trước ngày đầu; số liệu toàn đơn vị chỉ nhập được dưới dạng số tổng hợp.
activities-area-missing = Chưa chọn khu dân cư.
activities-day-not-a-date = “{ $typed }” không phải là ngày. Hãy viết như 5/9/2026.
activities-day-no-such-day = Không có ngày “{ $typed }”. Hãy xem lại ngày và tháng.
activities-day-year = Năm của “{ $typed }” không đúng. Hãy viết đủ bốn chữ số, từ 2000 đến 2100.
activities-field-missing = { $label }: chưa có. Hãy điền mục này.
activities-field-one-needed = { $label }: cần ghi ít nhất một trong các mục: { $value }.
activities-field-not-a-number = { $label }: “{ $value }” không phải là số nguyên. Hãy viết như 1.250.
activities-field-too-small = { $label }: phải từ { $value } trở lên.
activities-field-too-large = { $label }: không quá { $value }. Hãy kiểm tra lại số.
activities-field-too-long = { $label }: dài quá { $value } ký tự. Hãy viết ngắn lại.
activities-field-unknown-option = { $label }: “{ $value }” không có trong danh mục. Hãy chọn lại.
activities-field-bad-households = { $label }: không hiểu “{ $value }”. Hãy viết số hộ như 1-20, 25.
activities-field-household-beyond = { $label }: không có hộ số { $value }; khu có { $max } hộ.
activities-field-personal-number = { $label }: “{ $value }” giống số điện thoại hoặc số giấy tờ. Hãy xóa số đó.
activities-photo-too-large = Ảnh “{ $name }” lớn hơn 10 MB. Hãy chọn ảnh nhỏ hơn.
activities-photo-not-a-photo = “{ $name }” không phải là ảnh JPEG, PNG hoặc WebP. Hãy chọn ảnh khác.
activities-photo-broken = Ảnh “{ $name }” bị hỏng, không mở được. Hãy chụp hoặc chọn lại.
activities-photo-too-many = Chỉ gửi được tối đa { $max } ảnh. Hãy bỏ bớt.

# Nhật ký
audit-activity-keep = Lưu nháp hoạt động
audit-activity-send = Gửi hoạt động
audit-activity-confirm = Xác nhận hoạt động
audit-activity-return = Trả lại hoạt động
audit-activity-withdraw = Rút hoạt động
audit-activity-photos = Thêm, bỏ ảnh của hoạt động
audit-figures-months = Lập số liệu tháng từ số liệu ngày
