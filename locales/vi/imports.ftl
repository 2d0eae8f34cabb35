imports-column-day = Ngày thực hiện
imports-column-area = Khu dân cư
imports-column-programmes = Phục vụ chương trình, phong trào
imports-column-note = Ghi chú
