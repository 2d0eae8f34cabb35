# Dùng khi không có sóng.
sync-title = Dùng khi không có sóng
sync-lead = Máy giữ sẵn các trang cần dùng và những việc đã ghi, khi có sóng thì tự gửi. Mọi thứ giữ trên máy đều được mã hóa, chỉ mở được bằng mã PIN của từng người.
sync-no-script = Trình duyệt đang tắt JavaScript nên máy không giữ được gì. Khi có sóng vẫn dùng được mọi trang.
sync-unable = Trình duyệt này không giữ được gì khi không có sóng: cần mở Chung Sức qua địa chỉ https và bằng trình duyệt mới hơn. Khi có sóng vẫn dùng được mọi trang.
sync-locked = Đang không có sóng. Trang vừa mở có trên máy này nhưng đang khóa: nhập mã PIN để xem.
sync-not-kept = Đang không có sóng và trang vừa mở chưa được giữ trên máy này.
sync-arrived = Đã gửi xong những việc chờ gửi được.
sync-may-go = Trình duyệt chưa cam kết giữ lâu: khi máy hết chỗ, nó có thể xóa những gì đang giữ. Hãy cài Chung Sức ra màn hình chính và gửi sớm khi có sóng.

# Đang mở
sync-waiting = Chờ gửi
sync-nothing-waits = Không có gì đang chờ gửi.
sync-written = Ghi lúc
sync-photos = ảnh
sync-refused = Máy chủ chưa nhận. Hãy sửa rồi gửi lại:
sync-correct = Xem, sửa
sync-discard = Bỏ
sync-discard-sure = Bỏ hẳn nội dung này? Nội dung chưa được gửi đi và sẽ không lấy lại được.
sync-later-again = Chưa gửi được. Máy sẽ tự gửi khi có sóng.
sync-sign-in = Cần đăng nhập lại để gửi.
sync-hand-over = Chuyển cho cán bộ
sync-hand-over-hint = Cán bộ đã đăng nhập đưa máy ảnh điện thoại vào mã này, hoặc nhận tệp qua Bluetooth, thẻ nhớ. Việc vẫn còn trên máy này cho đến khi máy chủ nhận.
sync-code-alt = Mã QR chứa nội dung việc đã ghi, không có ảnh
sync-no-code = Nội dung quá dài cho mã QR. Hãy lưu thành tệp.
sync-save-file = Lưu thành tệp (có ảnh)
sync-take-in = Nhận việc do máy khác chuyển
sync-take-in-hint = Chọn tệp được chuyển đến. Mẫu ghi việc mở ra với nội dung đã điền; xem lại rồi gửi. Người gửi là tác giả bản ghi.
sync-file = Tệp được chuyển
sync-no-file = Tệp này không phải do Chung Sức lưu, hoặc đã hỏng. Hãy nhờ người ghi lưu lại tệp.
sync-send-now = Gửi ngay
sync-understood = Đã biết
sync-both = Có người vừa sửa bản ghi này. Với từng mục khác nhau, hãy chọn giữ nội dung nào. Cả hai bản đều còn trong các lần sửa.
sync-mine = Của bạn:
sync-theirs = Của người kia:
sync-send-choice = Gửi lựa chọn
sync-records = Việc của tôi
sync-no-records = Chưa có việc nào được máy chủ ghi nhận từ khi dùng trên máy này.
sync-kept = Trang mở được khi không có sóng
sync-kept-hint = Máy tự giữ lại mỗi khi mở trang lúc có sóng.
sync-all-kept = Máy đã giữ đủ các trang cần dùng. Có thể đi vào nơi không có sóng.
sync-whose = Đang mở cho
sync-lock = Khóa lại
sync-forget = Xóa khỏi máy này
sync-forget-sure = Xóa mọi thứ máy này đang giữ cho người này?
sync-forget-waits = Còn nội dung CHƯA GỬI, xóa là mất hẳn. Vẫn xóa? Số chưa gửi:

# Mở khóa, bắt đầu
sync-unlock = Mở bằng mã PIN
sync-wrong-pin = Mã PIN không đúng. Hãy nhập lại.
sync-later = Đã nhập sai nhiều lần. Hãy thử lại sau:
sync-person = Của ai
sync-pin = Mã PIN
sync-open = Mở
sync-create = Bắt đầu dùng trên máy này:
sync-create-hint = Đặt một mã PIN chỉ dùng trên máy này. Nếu quên, phần chưa gửi trên máy không lấy lại được; không ai mở hộ được.
sync-weak-pin = Mã PIN cần ít nhất 6 chữ số, không dùng một chữ số lặp lại hoặc dãy liền nhau như 123456.
sync-pins-differ = Hai lần nhập chưa giống nhau. Hãy nhập lại lần thứ hai.
sync-new-pin = Mã PIN mới
sync-new-pin-hint = Ít nhất 6 chữ số.
sync-same-pin = Nhập lại mã PIN
sync-start = Bắt đầu
sync-stranger = Trên máy này chưa ai đặt mã PIN. Hãy đăng nhập khi có sóng rồi mở lại trang này.

# Trao đổi với máy chủ
sync-refused-exchange = Máy chủ không hiểu nội dung máy này gửi. Hãy tải lại trang khi có sóng rồi gửi lại; nội dung vẫn còn trên máy.
sync-refused-address = Nội dung này không còn nơi nhận. Hãy mở lại mẫu ghi việc khi có sóng và ghi lại, hoặc chuyển cho cán bộ xã.
sync-refused-no-right = Tài khoản không còn quyền ghi việc ở đơn vị này, hoặc bản ghi không thuộc phần việc được giao. Hãy liên hệ cán bộ xã.
sync-refused-clock = Đồng hồ của máy đang sai nên ngày thực hiện có thể sai: việc này được ghi vào khoảng { $day }. Hãy chỉnh lại giờ của máy, xem lại ngày thực hiện rồi gửi lại.
sync-said-led = Đơn vị đã thay đổi trong thời gian máy không có sóng: việc đã ghi được gửi về { $unit }.
sync-said-home = Nơi làm việc của tài khoản nay là { $unit }. Các trang giữ trên máy đang được tải lại.
sync-said-rights = Quyền của tài khoản đã thay đổi. Các trang giữ trên máy đang được tải lại.
sync-said-rules = Danh mục loại việc hoặc câu hỏi đã thay đổi. Mẫu ghi việc trên máy đang được tải lại; việc đã ghi theo mẫu cũ vẫn được gửi, mục nào còn thiếu sẽ được báo.

# Máy đã cài đặt
sync-devices-title = Máy của những người trong đơn vị
sync-devices-lead = Những máy đã đặt mã PIN để dùng khi không có sóng. Máy bị mất hoặc đổi chủ: hãy thu hồi.
sync-devices-own-title = Máy của tôi
sync-devices-own-lead = Những máy bạn đã đặt mã PIN để dùng khi không có sóng. Mất máy thì thu hồi ngay tại đây.
sync-devices-none = Chưa có máy nào được đặt mã PIN.
sync-device-unknown = Máy không rõ tên
sync-device-set-up = Đặt mã PIN lúc
sync-device-seen = Liên lạc gần nhất
sync-device-state = Tình trạng
sync-device-in-use = Đang dùng
sync-device-revoked = Thu hồi lúc { $at }; sẽ tự xóa khi có sóng
sync-device-wiped = Đã tự xóa lúc { $at }
sync-revoke = Thu hồi máy này
sync-revoke-hint = Phiên đăng nhập trên máy kết thúc ngay. Lần đầu có sóng, máy tự xóa mọi thứ đang giữ, cả việc chưa gửi; trước đó không có mã PIN thì không mở được gì.
sync-done-revoked = Đã thu hồi. Máy sẽ tự xóa khi có sóng.
sync-wiped = Máy này đã bị thu hồi nên mọi thứ giữ trên máy cho người này đã được xóa.
sync-lost = Trình duyệt đã tự xóa những gì máy này giữ (thường do máy hết chỗ hoặc xóa dữ liệu duyệt web). Việc đã gửi vẫn còn trên máy chủ; việc chưa gửi thì không lấy lại được. Hãy giải phóng bộ nhớ, cài Chung Sức ra màn hình chính rồi đặt lại mã PIN.
sync-to-devices = Máy của tôi

audit-device-set-up = Đặt mã PIN trên máy
audit-device-revoke = Thu hồi máy
