# Tìm đơn vị hành chính
units-find-title = Tìm địa bàn
units-find-label = Tên hoặc mã đơn vị hành chính
units-find-hint = Gõ có dấu hoặc không dấu đều được; có thể thêm tên tỉnh, ví dụ: cao phong phú thọ
units-find-button = Tìm
units-find-found = Kết quả
units-find-none = Không tìm thấy đơn vị nào. Hãy thử gõ ít chữ hơn hoặc gõ mã đơn vị.
units-find-more = Chỉ hiện { $count } kết quả đầu. Hãy gõ thêm tên tỉnh để thu hẹp.
units-find-former = Đơn vị cấp xã trước ngày 01/7/2025
units-find-former-now = Nay thuộc
units-find-former-split = Đã chia

# Một đơn vị hành chính
units-show-code = Mã đơn vị { $code }
units-show-day = Xem theo ngày
units-show-day-button = Xem
units-show-areas = Khu dân cư tính đến ngày { $day }
units-show-no-areas = Chưa có khu dân cư nào tính đến ngày này.
units-show-area = Khu dân cư
units-show-households = Số hộ
units-show-areas-count = Số khu dân cư
units-show-households-total = Tổng số hộ
units-show-unknown = Có { $count } khu dân cư chưa có số hộ; tổng số dưới đây vì thế còn thiếu.
units-show-below = Đơn vị trực thuộc tính đến ngày { $day }
units-show-organisations = Cơ quan, tổ chức tham gia phong trào tính đến ngày { $day }
units-show-history = Quá trình thay đổi
units-show-rearrangements = Sắp xếp đơn vị hành chính
units-show-from = Từ ngày { $day }
units-show-unchecked = (ngày có hiệu lực chưa được đối chiếu với văn bản gốc)

# Ngày gõ vào
units-day-form = Hãy gõ ngày như 5/9/2026.
units-day-year = Năm phải từ 2000 đến 2100.
units-day-none = Không có ngày này trong lịch.

# Hệ lực lượng
units-line-police = Công an
units-line-front = Mặt trận Tổ quốc
units-line-government = Ủy ban nhân dân
units-line-union = Đoàn thể

# Khi không làm được
units-refused-name = Tên phải có từ 1 đến 120 ký tự.
units-refused-name-taken = Trong xã đã có khu dân cư mang tên này. Hãy chọn tên khác, hoặc sửa khu dân cư đã có.
units-refused-households = Số hộ của một khu dân cư không quá 20.000. Hãy xem lại số vừa nhập.
units-refused-outside-its-time = Khu dân cư không tồn tại vào ngày này. Hãy chọn ngày khác.
units-refused-code = Mã đơn vị phải có năm chữ số và chưa được đơn vị khác dùng vào ngày đó.
units-refused-same-commune = Khu dân cư đã thuộc xã này vào ngày đã chọn.

# Nhật ký
audit-unit-carry = Nhập toàn bộ dữ liệu của đơn vị từ máy khác
audit-area-add = Thêm khu dân cư
audit-area-rename = Đổi tên khu dân cư
audit-area-households = Ghi số hộ của khu
audit-area-move = Chuyển khu sang xã khác
audit-area-receive = Nhận khu từ xã khác
audit-area-end = Kết thúc khu dân cư
audit-organisation-add = Thêm tổ chức
audit-organisation-end = Kết thúc tổ chức

# Ghi khu dân cư, số hộ, tổ chức
units-keep-area-new = Thêm khu dân cư
units-keep-area-edit = Sửa khu dân cư
units-keep-organisation-new = Thêm cơ quan, tổ chức
units-keep-name = Tên
units-keep-name-hint = Viết cả loại: khu, xóm, bản, thôn, tổ dân phố. Ví dụ: xóm Chằng Ngoài.
units-keep-organisation-hint = Tên chính thức. Ví dụ: Hội Liên hiệp Phụ nữ xã Cao Phong.
units-keep-households = Số hộ
units-keep-from = Tính từ ngày
units-keep-from-hint = Số liệu trước ngày này giữ nguyên.
units-keep-kind = Loại cơ quan, tổ chức
units-keep-save = Lưu
units-keep-households-bad = Số hộ phải là số nguyên. Hãy viết như 142.
units-keep-kind-missing = Chưa chọn loại cơ quan, tổ chức.
units-keep-done-saved = Đã lưu.
units-kind-party-committee = Đảng ủy
units-kind-peoples-committee = Ủy ban nhân dân
units-kind-police = Công an
units-kind-front = Ủy ban Mặt trận Tổ quốc Việt Nam
units-kind-women = Hội Liên hiệp Phụ nữ
units-kind-farmers = Hội Nông dân
units-kind-youth = Đoàn Thanh niên Cộng sản Hồ Chí Minh
units-kind-veterans = Hội Cựu chiến binh
units-kind-trade-union = Công đoàn
units-kind-security-team = Tổ bảo vệ an ninh, trật tự
units-kind-school = Trường học, cơ sở giáo dục
units-kind-enterprise = Doanh nghiệp
