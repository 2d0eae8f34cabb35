# Báo cáo định kỳ: danh sách
reports-list-title = Báo cáo
reports-list-empty = Chưa có báo cáo nào.
reports-new = Lập báo cáo mới
reports-period = Kỳ báo cáo
reports-form = Mẫu báo cáo
reports-due = Hạn gửi
reports-late = quá hạn
reports-state = Trạng thái
reports-state-open = Đang lập
reports-state-frozen = Đã chốt
reports-is-amendment = báo cáo điều chỉnh
reports-was-amended = Đã có báo cáo điều chỉnh
reports-changed-count = { $count } bản ghi đã thay đổi
reports-to-submissions = Gửi, nhận báo cáo
reports-back = Quay lại

# Lập báo cáo mới
reports-new-title = Lập báo cáo mới
reports-new-lead = Số liệu tự điền từ các hoạt động đã được xác nhận. Chỉ liệt kê những kỳ chưa có báo cáo.
reports-new-which = Báo cáo và kỳ
reports-new-choose = Hãy chọn một báo cáo.
reports-new-start = Lập báo cáo
reports-new-ad-hoc = Báo cáo đột xuất
reports-new-from = Từ ngày
reports-new-to = Đến ngày
reports-new-days = Hãy chọn ngày đầu và ngày cuối, ngày đầu không sau ngày cuối, cả thời gian không quá một năm.
reports-new-start-ad-hoc = Mở báo cáo đột xuất
reports-new-basis = Địa giới để tính số liệu
reports-new-basis-hint = Trong thời gian báo cáo, địa giới của đơn vị đã thay đổi, nên số liệu tùy theo địa giới được chọn.
reports-new-basis-restated = Số liệu quy đổi theo địa giới của ngày ghi dưới đây
reports-new-basis-day = Ngày lấy địa giới để quy đổi
reports-new-basis-no-day = Hãy chọn địa giới; nếu quy đổi thì ghi ngày, không sau hôm nay.
reports-new-none = Các kỳ gần đây đều đã có báo cáo, hoặc đơn vị này không lập báo cáo theo mẫu nào.

# Một báo cáo
reports-basis = Địa giới
reports-basis-as-it-is-now = Số liệu theo địa giới tại thời điểm báo cáo
reports-basis-as-it-was = Số liệu theo địa giới tại thời điểm phát sinh
reports-basis-restated = Số liệu quy đổi theo địa giới ngày { $day }
reports-amends = Điều chỉnh cho
reports-amends-link = Báo cáo trước đó của cùng kỳ
reports-amended-link = Mở báo cáo điều chỉnh
reports-areas-whole = Toàn xã
reports-indicator = Chỉ tiêu
reports-column-current = Kỳ này
reports-column-previous = Kỳ trước
reports-column-last-year = Cùng kỳ năm trước
reports-column-previous-short = Kỳ trước
reports-column-last-year-short = Cùng kỳ
reports-overlaps = Một việc phục vụ nhiều chương trình được tính ở từng chương trình và chỉ tính một lần trong tổng số, nên tổng số không phải là cộng các dòng chương trình.
reports-save = Lưu phần viết
reports-no-text = Chưa có nội dung.
reports-earlier = Nội dung của báo cáo { $period }
reports-theirs = Nội dung người khác vừa lưu
reports-stale = Có người vừa lưu báo cáo này. Nội dung của bạn vẫn ở trong các ô dưới đây; nội dung của họ hiện ngay bên dưới từng ô có khác. Lưu lần nữa là dùng nội dung của bạn.
reports-text-too-long = Phần này tối đa { $most } ký tự, đang có { $typed }. Hãy rút gọn.
reports-text-personal-number = Có số giống số điện thoại hoặc số giấy tờ: { $number }. Hãy bỏ số này; báo cáo không ghi thông tin của cá nhân.
reports-waiting = Có { $count } hoạt động trong kỳ đang chờ xác nhận, chưa tính vào số liệu.
reports-freeze = Chốt số liệu
reports-freeze-lead = Khi chốt, số liệu và danh sách bản ghi được giữ nguyên, báo cáo không sửa được nữa. Hãy lưu phần viết trước khi chốt.
reports-unwritten = Còn { $count } phần viết chưa có nội dung.
reports-freeze-later = Có thể chốt số liệu từ ngày { $day }, sau khi kỳ báo cáo kết thúc.
reports-amend = Lập báo cáo điều chỉnh
reports-since = Thay đổi từ khi chốt
reports-since-lead = Số liệu của báo cáo này vẫn giữ như lúc chốt. Những bản ghi sau đã khác:
reports-since-changed = đã sửa (lúc chốt là phiên bản { $counted }, nay là phiên bản { $now })
reports-since-gone = không còn được tính (lúc chốt là phiên bản { $counted })
reports-since-added = được xác nhận sau khi chốt (phiên bản { $now })
reports-preview = Xem trước văn bản

# Một số liệu
reports-figure-definition = Cách tính
reports-figure-version = Chỉ tiêu
reports-figure-version-words = { $name }, phiên bản { $version }
reports-figure-no-version = Chưa có chỉ tiêu này vào kỳ đó
reports-figure-slice = Phạm vi
reports-figure-unit = Đơn vị
reports-figure-legal = Căn cứ
reports-figure-unchecked = chưa đối chiếu với văn bản gốc
reports-figure-window-words = từ ngày { $from } đến ngày { $to }
reports-figure-records = Các bản ghi làm nên số liệu
reports-figure-records-now = Theo dữ liệu hiện nay.
reports-figure-records-frozen = Đúng như lúc chốt báo cáo.
reports-figure-records-other = Số liệu so sánh của kỳ khác được giữ như lúc chốt; danh sách dưới đây theo dữ liệu hiện nay.
reports-figure-no-records = Không có bản ghi nào.
reports-slice-whole = Toàn bộ
reports-record = Hoạt động
reports-record-day = Ngày
reports-record-area = Khu dân cư
reports-record-amount = Góp vào
reports-record-version = Phiên bản
reports-back-to-report = Về báo cáo

# Văn bản
reports-number = Lấy số và ngày văn bản
reports-preview-title = Xem trước văn bản
reports-preview-choices = Thể thức
reports-style-peoples-committee = Ủy ban nhân dân
reports-style-commune-police = Công an cấp xã
reports-style-front = Ủy ban MTTQ Việt Nam
reports-signer-head = cấp trưởng ký
reports-signer-deputy = cấp phó ký thay (KT.)
reports-signer-by-order = ký thừa lệnh (TL.)
reports-signer-by-authorisation = ký thừa ủy quyền (TUQ.)
reports-signer-as-written = ghi đúng như ô chức vụ
reports-signing-title = Kính gửi, nơi nhận, người ký
reports-signing-lead = Được nhớ cho các văn bản sau của mẫu báo cáo này theo thể thức này. Văn bản đã có số thì giữ nguyên.
reports-signing-addressees = Kính gửi
reports-signing-addressees-hint = Khi báo cáo cấp trên. Mỗi nơi một dòng.
reports-signing-recipients = Nơi nhận
reports-signing-recipients-hint = Mỗi nơi một dòng, dòng cuối là nơi lưu. Có Kính gửi thì “Như trên” tự thêm vào đầu.
reports-signing-as = Người ký
reports-signing-office = Chức vụ
reports-signing-office-hint = Chỉ ghi khi ký TL., TUQ. (ví dụ CHÁNH VĂN PHÒNG) hoặc khi chọn ghi đúng như ô này, mỗi dòng một dòng.
reports-signing-name = Họ và tên
reports-signing-name-hint = Lực lượng vũ trang ghi cả cấp bậc. Không ghi học hàm, học vị.
reports-signing-second = Cơ quan cùng ký
reports-signing-second-hint = Báo cáo chung: hai cơ quan ký cạnh nhau, số lấy theo sổ của cơ quan lập văn bản.
reports-signing-as-second = Người ký của cơ quan cùng ký
reports-signing-office-second = Chức vụ người ký của cơ quan cùng ký
reports-signing-name-second = Họ và tên người ký của cơ quan cùng ký
reports-signing-save = Lưu và xem lại
reports-signing-stale = Có người vừa lưu nội dung khác; văn bản dưới đây đang theo nội dung của họ. Nội dung của bạn vẫn ở trong các ô này. Lưu lần nữa là dùng nội dung của bạn.
reports-signing-missing = Chưa ghi. Hãy ghi ít nhất một dòng.
reports-signing-too-long = Có dòng dài quá { $most } ký tự. Hãy rút gọn.
reports-signing-too-many = Quá { $most } dòng. Hãy bớt.
reports-signing-no-such = Lựa chọn không đúng. Hãy chọn lại.

# Kiểm tra trước khi chốt và gửi
reports-send = Gửi cấp trên
reports-faults = Cần sửa trước khi chốt
reports-odd = Nên xem lại; nếu đúng thì giải trình khi gửi
reports-check-missing = Chưa viết phần “{ $place }”. Hãy viết và lưu; nếu không có, ghi “Không”.
reports-check-sum = “{ $place }” là { $value }, nhưng các dòng thành phần cộng lại là { $sum }. Hãy kiểm tra các bản ghi của những dòng này.
reports-check-within = “{ $place }” là { $value }, lớn hơn “{ $whole }” là { $of }. Hãy kiểm tra các bản ghi của hai dòng này.
reports-check-least = “{ $place }” là { $value }, dưới mức thường gặp ({ $limit }). Hãy xem có bản ghi nào còn thiếu.
reports-check-most = “{ $place }” là { $value }, trên mức thường gặp ({ $limit }). Hãy xem có bản ghi nào ghi nhầm.
reports-check-jump = “{ $place }”: kỳ này { $value }, kỳ trước { $before }, chênh từ { $times } lần trở lên. Hãy xem lại các bản ghi.

# Đã làm
reports-done-started = Đã lập báo cáo; số liệu tự cập nhật cho đến khi chốt.
reports-done-written = Đã lưu phần viết.
reports-done-frozen = Số liệu đã được chốt.
reports-done-numbered = Văn bản đã có số và ngày; đã ghi vào sổ đăng ký văn bản đi.
reports-done-signed = Đã lưu người ký, Kính gửi và nơi nhận.
reports-done-amended = Đã lập báo cáo điều chỉnh; phần viết được chép từ báo cáo trước.

# Khi không làm được
reports-refused-title = Chưa làm được
reports-refused-too-early = Kỳ báo cáo chưa kết thúc. Có thể chốt số liệu từ ngày { $day }.
reports-refused-cut-off = Kỳ báo cáo chưa kết thúc nên chưa chốt được.
reports-refused-not-begun = Kỳ này đến ngày { $day } mới bắt đầu.
reports-refused-period = Kỳ báo cáo không đúng hoặc chưa bắt đầu.
reports-refused-no-form = Đơn vị này không lập báo cáo theo mẫu đó trong kỳ đó.
reports-refused-already-there = Kỳ này đã có báo cáo.
reports-refused-frozen = Báo cáo đã chốt nên không sửa được. Nếu cần, hãy lập báo cáo điều chỉnh.
reports-refused-open = Báo cáo chưa chốt: hãy sửa trực tiếp, không cần báo cáo điều chỉnh.
reports-refused-other-line = Mẫu báo cáo này thuộc hệ khác. Người phụ trách hệ đó lập và gửi.
reports-refused-faults = Báo cáo còn lỗi nên chưa chốt được. Hãy sửa những mục nêu ở đầu báo cáo.
reports-refused-issued = Văn bản này đã có số nên không đổi người ký, nơi nhận được nữa.
reports-refused-texts = Có phần viết chưa lưu được.
reports-refused-changed = Có người vừa sửa báo cáo này. Hãy mở lại, xem phần đã thay đổi rồi làm lại.
reports-refused-print = Không tạo được tệp: { $reason }

# Nhật ký
audit-report-start = Lập báo cáo
audit-report-write = Viết phần lời của báo cáo
audit-report-freeze = Chốt báo cáo
audit-report-amend = Lập báo cáo điều chỉnh
audit-report-sign = Đặt người ký, nơi nhận của văn bản
audit-report-issue = Phát hành văn bản của báo cáo
reports-entered-all = nhập tổng hợp
reports-entered-part = trong đó { $n } nhập tổng hợp
reports-entered-some = có số nhập tổng hợp
reports-entries = Số tổng hợp cần xem lại
reports-entry-doubled = có thể tính hai lần: cùng khoảng ngày có { $records } bản ghi từng lần và { $entries } số tổng hợp khác cùng nội dung.
reports-entry-beyond = không được tính vào kỳ này, vì khoảng ngày vượt ra ngoài kỳ.
