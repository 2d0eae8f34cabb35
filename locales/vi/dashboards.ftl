# Bảng tổng quan
dashboards-title = Tổng quan
dashboards-only = Chỉ gồm số liệu của khu dân cư bạn phụ trách: { $areas }.
dashboards-periods = Chọn kỳ
dashboards-regime-monthly = Tháng
dashboards-regime-quarterly = Quý
dashboards-regime-yearly = Năm
dashboards-before = Kỳ trước
dashboards-after = Kỳ sau
dashboards-figures = Kết quả trong kỳ
dashboards-indicator = Chỉ tiêu
dashboards-column-now = Kỳ này
dashboards-column-before = Kỳ trước
dashboards-column-last-year = Cùng kỳ năm trước
dashboards-column-target = Chỉ tiêu năm { $year }
dashboards-target-reached = { $target } (đạt { $reached })

# Hộ và khu dân cư
dashboards-coverage = Mức độ đến với hộ gia đình
dashboards-reached = hộ đã được tuyên truyền
dashboards-committed = hộ đã ký cam kết, đăng ký
dashboards-never = hộ chưa được tuyên truyền lần nào
dashboards-coverage-note = Tính từ trước đến hết kỳ, trên { $households } hộ của { $areas } khu dân cư; { $unknown } khu dân cư chưa có số hộ.
dashboards-no-areas = Chưa có khu dân cư nào.
dashboards-areas-table = Từng khu dân cư ({ $n })
dashboards-areas = Từng khu dân cư
dashboards-area = Khu dân cư
dashboards-area-records = Hoạt động trong kỳ
dashboards-area-households = Số hộ
dashboards-area-reached = Đã tuyên truyền
dashboards-area-committed = Đã cam kết
dashboards-area-never = Chưa lần nào
dashboards-without = Chưa có hoạt động trong kỳ
dashboards-without-none = Khu dân cư nào cũng có hoạt động.
dashboards-most = Nhiều hoạt động nhất

# Buổi tuyên truyền theo tháng
dashboards-sessions = Buổi tuyên truyền 12 tháng gần nhất
dashboards-sessions-scale = Mỗi cột là một kỳ báo cáo tháng; các biểu đồ cùng một thang.
dashboards-sessions-total = { $count } buổi
dashboards-sessions-of = Số buổi tuyên truyền theo tháng của { $area }
dashboards-sessions-desc = Từ tháng xa nhất đến tháng gần nhất: { $values }.
dashboards-sessions-table = Số buổi tuyên truyền theo tháng, dưới dạng bảng

# Việc đến hạn
dashboards-due = Báo cáo đến hạn tiếp theo
dashboards-due-later = Sau đó ({ $n })
dashboards-due-form = Báo cáo
dashboards-due-period = Kỳ báo cáo
dashboards-due-cut-off = Chốt số liệu
dashboards-due-day = Hạn gửi

# Tỉnh
dashboards-choose = Chỉ tiêu
dashboards-show = Xem
dashboards-province-sum = Toàn tỉnh
dashboards-province-sum-hidden = Không hiện số toàn tỉnh, vì số này sẽ làm lộ số nhỏ của từng xã, phường.
dashboards-province-map-title = { $name } theo xã, phường
dashboards-province-map-desc = Mỗi ô là một xã, phường, mang số mức của chú giải; số liệu đầy đủ ở bảng bên cạnh.
dashboards-no-map = Tỉnh này chưa có bản đồ ô; xem bảng.
dashboards-legend = Chú giải các mức
dashboards-legend-hidden = dưới 5, không hiện
dashboards-legend-withheld = không hiện, vì sẽ làm lộ số nhỏ
dashboards-legend-none = không có số liệu
dashboards-communes-others = Các xã, phường còn lại ({ $n })
dashboards-province-own = Cấp tỉnh tự nhập
dashboards-province-parts = Các xã, phường
dashboards-province-part = Xã, phường
dashboards-value = Số liệu
dashboards-step = Mức
dashboards-province-no-parts = Không có xã, phường nào.

# Cả nước
dashboards-country-lead = { $provinces } tỉnh, thành phố với { $count } xã, phường, đặc khu; 12 kỳ báo cáo tháng đến { $month }.
dashboards-country-active = xã, phường, đặc khu có hoạt động trong tháng cuối
dashboards-country-idle = tỉnh, thành phố chưa có hoạt động trong tháng cuối
dashboards-country-idle-which = Các tỉnh, thành phố chưa có hoạt động trong tháng cuối
dashboards-country-count = Số tỉnh
dashboards-country-sum = Toàn quốc
dashboards-country-sum-hidden = Không hiện số toàn quốc, vì số này sẽ làm lộ số nhỏ của từng tỉnh, xã.
dashboards-country-map-title = { $name } theo tỉnh, thành phố
dashboards-country-map-desc = Mỗi ô là một tỉnh, thành phố, mang số mức của chú giải; quần đảo Hoàng Sa và Trường Sa mang số của thành phố Đà Nẵng và tỉnh Khánh Hòa. Số liệu đầy đủ ở bảng bên cạnh.
dashboards-country-parts = Các tỉnh, thành phố
dashboards-country-part = Tỉnh, thành phố
dashboards-country-no-parts = Không có tỉnh, thành phố nào.
dashboards-provinces = Từng tỉnh, thành phố

# Mọi chỉ tiêu trong 12 tháng
dashboards-year = Các chỉ tiêu trong 12 tháng
dashboards-province-lead = { $count } xã, phường; 12 kỳ báo cáo tháng đến { $month }.
dashboards-year-lead-commune = 12 kỳ báo cáo tháng đến { $month }.
dashboards-year-before = Tháng trước
dashboards-year-after = Tháng sau
dashboards-province-active = xã, phường có hoạt động trong tháng cuối
dashboards-province-idle = xã, phường chưa có hoạt động trong tháng cuối
dashboards-province-idle-which = Các xã, phường chưa có hoạt động trong tháng cuối
dashboards-year-active-row = Số xã, phường, đặc khu có hoạt động
dashboards-year-note = Tháng mới nhất đứng trước; biểu đồ đi từ tháng cũ đến tháng mới, mỗi hàng có thang riêng. Số của 12 tháng tính riêng, không phải cộng các tháng: một hộ hay một khu dân cư chỉ tính một lần. Dấu · là số không hiện, vì sẽ làm lộ số nhỏ của từng xã, phường.
dashboards-year-together = 12 tháng
dashboards-year-table = Bảng các chỉ tiêu theo tháng
dashboards-province-count = Số xã
dashboards-year-empty = Chỉ tiêu không có số liệu trong 12 tháng
dashboards-year-back = Về tất cả chỉ tiêu

# Một số liệu
dashboards-window = Kỳ
dashboards-window-words = từ ngày { $from } đến ngày { $to }
dashboards-definition = Cách tính
dashboards-version = Phiên bản của chỉ tiêu
dashboards-unit = Đơn vị
dashboards-legal = Căn cứ
dashboards-unchecked = chưa đối chiếu với văn bản gốc
dashboards-records = Các bản ghi làm nên số liệu
dashboards-no-records = Không có bản ghi nào.
dashboards-record = Hoạt động
dashboards-record-day = Ngày
dashboards-record-adds = Góp vào
dashboards-back = Về trang tổng quan
dashboards-entered = * Trong số này có số nhập tổng hợp, không có bản ghi từng lần.
