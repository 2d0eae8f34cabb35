# Khung chung của mọi trang.
kernel-app-name = Chung Sức
kernel-app-purpose = Phần mềm phục vụ phong trào Toàn dân bảo vệ an ninh Tổ quốc
kernel-skip = Đến nội dung chính
kernel-nav-label = Mục chính
kernel-nav-more = Thêm
kernel-nav-all = Tất cả các mục
kernel-sign-out = Đăng xuất

# Biểu mẫu
kernel-optional = không bắt buộc
kernel-error-word = Lỗi
kernel-errors-title = Chưa lưu được. Cần xem lại:
kernel-select-prompt = Chọn một mục
kernel-photo-working = Đang thu nhỏ ảnh…
kernel-photo-ready = Ảnh đã sẵn sàng để gửi.
kernel-photo-alt = Ảnh đã chọn
kernel-draft-restored = Đã lấy lại nội dung đang nhập dở trên máy này. Nếu có ảnh, cần chọn lại ảnh.
kernel-draft-discard = Bỏ nội dung này, nhập lại từ đầu

# Trạng thái của một bản ghi
kernel-state-draft = Nháp
kernel-state-sent = Đã gửi
kernel-state-confirmed = Đã xác nhận
kernel-state-returned = Trả lại
kernel-state-withdrawn = Đã rút

# Danh sách
kernel-pages-label = Chuyển trang
kernel-pages-prev = Trang trước
kernel-pages-next = Trang sau
kernel-figure-open = xem số liệu này gồm những gì
kernel-pick = Chọn
kernel-pick-all = Chọn tất cả

# Khi không làm được
kernel-error-sign-in = Phiên làm việc đã hết hoặc chưa đăng nhập. Nội dung đang nhập vẫn được giữ trên máy này.
kernel-error-forbidden = Tài khoản này không được giao việc này ở địa bàn này. Nếu cần, hãy liên hệ người quản trị của xã.
kernel-error-not-found = Địa chỉ không đúng, hoặc nội dung không thuộc địa bàn của tài khoản này.
kernel-error-conflict = Chưa lưu nội dung vừa gửi để không ghi đè lên bản mới hơn. Hãy mở lại bản ghi, xem phần đã thay đổi rồi nhập lại.
kernel-error-busy = Chưa lưu được. Hãy đợi một phút rồi gửi lại; gửi lại không làm bản ghi bị tính hai lần.
kernel-error-too-large = Hãy chọn ít ảnh hơn hoặc ảnh nhỏ hơn rồi gửi lại.
kernel-error-internal = Lỗi đã được ghi lại. Hãy thử lại; nếu vẫn lỗi, hãy báo người quản trị kèm mã dưới đây.
kernel-error-home = Về trang đầu
kernel-error-again = Gửi lại nội dung vừa nhập
kernel-error-again-files = Ảnh và tệp kèm theo không gửi lại được từ trang này. Nếu cần, hãy quay lại trang trước để gửi đủ.
kernel-error-request = Mã yêu cầu

kernel-error-full-title = Máy chủ hết chỗ lưu
kernel-error-full = Chưa lưu được gì của lần gửi này. Hãy báo người quản trị giải phóng ổ đĩa rồi gửi lại; nội dung đang nhập vẫn ở trang trước.
kernel-error-foreign-form = Biểu mẫu này được gửi từ một trang khác nên không được nhận. Hãy mở trang Chung Sức rồi gửi lại.

# Đăng nhập lại khi phiên đã hết
kernel-sign-in = Đăng nhập
kernel-sign-in-name = Tên đăng nhập
kernel-sign-in-password = Mật khẩu
kernel-session-ended-title = Phiên làm việc đã hết
kernel-session-ended-lead = Nội dung vừa nhập vẫn còn. Hãy đăng nhập lại để gửi tiếp; nếu có ảnh, cần chọn lại ảnh.

# Khung
kernel-demo = Dữ liệu mô phỏng: không phải số liệu thật của địa phương nào.
kernel-nav-dashboard = Tổng quan
kernel-nav-activities = Hoạt động
kernel-nav-record = Ghi việc
kernel-nav-reports = Báo cáo
kernel-nav-register = Sổ văn bản đi
kernel-nav-audit = Nhật ký
kernel-nav-accounts = Tài khoản
kernel-nav-catalogue = Danh mục
kernel-nav-unit = Địa bàn
kernel-role-area-head = Trưởng khu dân cư
kernel-role-officer = Cán bộ phong trào
kernel-role-chair = Lãnh đạo xã
kernel-role-province-staff = Cán bộ tỉnh
kernel-role-country-staff = Cán bộ trung ương
kernel-role-administrator = Người quản trị
kernel-role-auditor = Người kiểm tra

# Tiêu đề của trang báo lỗi
kernel-error-sign-in-title = Cần đăng nhập
kernel-error-forbidden-title = Không có quyền thực hiện
kernel-error-not-found-title = Không tìm thấy trang
kernel-error-refused-title = Chưa thực hiện được
kernel-error-conflict-title = Có người vừa sửa bản ghi này
kernel-error-busy-title = Hệ thống đang bận
kernel-error-too-large-title = Nội dung gửi lên quá lớn
kernel-error-internal-title = Có lỗi trong phần mềm
kernel-my-account = Tài khoản của tôi

# Khi không có sóng
kernel-kept = Trang lưu trên máy, chưa có sóng hoặc sóng yếu. Lưu lúc:
kernel-newer = Đã có bản mới, mở xem
kernel-waiting = Đang chờ gửi trên máy này:
kernel-said = Có thay đổi về đơn vị, quyền hoặc danh mục cần xem
kernel-lost = Trình duyệt đã tự xóa những gì máy này giữ
kernel-handed = Nội dung dưới đây do máy khác chuyển đến; người ghi và lúc ghi:
kernel-handed-author = Hãy xem lại rồi gửi. Bạn gửi thì bạn là tác giả bản ghi; người khác sẽ xác nhận.
kernel-handed-left = Ảnh trong tệp quá lớn nên không mang sang được. Máy kia sẽ gửi ảnh khi có sóng.
kernel-handed-broken = Không đọc được nội dung được chuyển. Hãy quét lại mã hoặc chọn lại tệp.
kernel-phone = Dùng khi không có sóng
kernel-outbox-full = Máy này đã hết chỗ nên không giữ được nội dung này để chờ gửi. Nội dung vẫn còn trong biểu mẫu: hãy xóa bớt ảnh hoặc ứng dụng trên máy, hoặc đợi có sóng rồi bấm gửi lại.

# Mã nguồn
kernel-source-link = Mã nguồn
kernel-source-title = Mã nguồn của phần mềm
kernel-source-licence = Chung Sức phiên bản { $version } là phần mềm tự do theo giấy phép AGPL-3.0 hoặc mới hơn: ai dùng phần mềm qua mạng đều có quyền nhận mã nguồn của đúng bản đang chạy.
kernel-source-there = Mã nguồn của bản đang chạy ở đây:
kernel-source-ask = Đơn vị vận hành máy chủ này có trách nhiệm gửi mã nguồn của bản đang chạy, không thu phí, cho người dùng có yêu cầu. Hãy liên hệ người quản trị.
