//! Papers to try the renderers on. Every place, figure and name is made up.

use paper::{
    Agency, Align, Appendix, Block, Cell, Column, IssueDate, Kind, Level, Orientation, Paper, ProfileId, Row,
    Run, Signer, Standing, Table, paragraph,
};
use vietnamese::Lang;

fn column(title: &str, group: Option<&str>, width_mm: u16, align: Align) -> Column {
    Column { title: title.into(), group: group.map(Into::into), width_mm, align }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn count(value: i64) -> Cell {
    Cell::Number { value, scale: 0 }
}

fn table(caption: Option<&str>, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table::new(caption.map(Into::into), columns, rows).unwrap_or_else(|error| unreachable!("{error}"))
}

fn heading(level: Level, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

fn item(marker: &str, text: &str) -> Block {
    Block::Item { marker: marker.into(), text: text.into() }
}

/// The figures inside the text: common headings, decimals, a total.
pub(crate) fn figures() -> Table {
    let row = |number: i64, what: &str, last: i64, now: i64, change: i64, emphasis| Row {
        cells: vec![
            if emphasis { Cell::Empty } else { count(number) },
            text(what),
            count(last),
            count(now),
            Cell::Number { value: change, scale: 1 },
        ],
        emphasis,
    };
    let columns = vec![
        column("TT", None, 10, Align::Center),
        column("Nội dung", None, 75, Align::Left),
        column("Quý II", Some("Số lượng"), 25, Align::Right),
        column("Quý III", Some("Số lượng"), 25, Align::Right),
        column("Tăng, giảm (%)", None, 30, Align::Right),
    ];
    let rows = vec![
        row(1, "Buổi tuyên truyền", 31, 46, 484, false),
        row(2, "Lượt hộ được tuyên truyền", 2_870, 3_914, 364, false),
        row(3, "Ngày công giúp gia đình chính sách", 112, 96, -143, false),
        row(0, "Cộng", 3_013, 4_056, 346, true),
    ];
    table(Some("Kết quả chủ yếu trong quý III năm 2026"), columns, rows)
}

/// A table longer than a page.
pub(crate) fn areas(rows: i64) -> Table {
    let columns = vec![
        column("TT", None, 12, Align::Center),
        column("Khu dân cư", None, 60, Align::Left),
        column("Số hộ", None, 25, Align::Right),
        column("Hộ được tuyên truyền", None, 35, Align::Right),
        column("Tỷ lệ (%)", None, 25, Align::Right),
        column("Ngày họp gần nhất", None, 35, Align::Center),
        column("Ghi chú", None, 60, Align::Left),
    ];
    let rows = (1..=rows).map(|number| {
        let day = i8::try_from(1 + number % 28).unwrap_or(1);
        Row {
            cells: vec![
                count(number),
                text(&format!("Khu Mẫu {number}")),
                count(90 + number * 7),
                count(80 + number * 6),
                Cell::Number { value: 857 + number, scale: 1 },
                Cell::Date(jiff::civil::date(2026, 9, day)),
                if number % 5 == 0 { text("Họp chung với khu bên") } else { Cell::Empty },
            ],
            emphasis: false,
        }
    });
    table(None, columns, rows.collect())
}

fn body() -> Vec<Block> {
    vec![
        paragraph(
            "Thực hiện Kế hoạch số 12/KH-UBND ngày 15/01/2026 của Ủy ban nhân dân xã về phong trào Toàn dân bảo vệ \
             an ninh Tổ quốc năm 2026, Ủy ban nhân dân xã Mẫu Sơn báo cáo kết quả quý III năm 2026 như sau:",
        ),
        heading(Level::Section, "I. KẾT QUẢ THỰC HIỆN"),
        heading(Level::Clause, "1. Công tác tham mưu, chỉ đạo"),
        paragraph(
            "Ban Chỉ đạo xã đã ban hành 03 văn bản hướng dẫn, phân công thành viên phụ trách từng khu dân cư; các \
             đoàn thể phối hợp theo quy chế đã ký, không có nội dung chồng chéo.",
        ),
        heading(Level::Clause, "2. Tuyên truyền, vận động"),
        item(
            "a)",
            "Tổ chức 46 buổi tuyên truyền tại 31/31 khu dân cư (100%), tập trung vào thủ đoạn lừa đảo mới;",
        ),
        item("b)", "Phát thanh 92 lượt trên hệ thống truyền thanh cơ sở, mỗi lượt từ 05 đến 07 phút;"),
        item("-", "Vận động Nhân dân phòng ngừa tội phạm, giúp đỡ người lầm lỗi tái hòa nhập cộng đồng."),
        Block::Table(figures()),
        heading(Level::Section, "II. NHIỆM VỤ QUÝ IV NĂM 2026"),
        Block::Paragraph(vec![
            Run::plain("Tiếp tục duy trì các mô hình tự quản; "),
            Run::bold("hoàn thành đánh giá, phân loại phong trào"),
            Run::plain(" trước "),
            Run { text: "ngày 15 tháng 11 năm 2026".into(), bold: false, italic: true },
            Run::plain("; kiểm tra ≥ 70% khu dân cư – mỗi khu ít nhất 01 lần."),
        ]),
        paragraph(
            "Trên đây là báo cáo kết quả quý III năm 2026 của Ủy ban nhân dân xã Mẫu Sơn, đề nghị Ủy ban nhân dân \
             tỉnh, Công an tỉnh theo dõi, chỉ đạo.",
        ),
    ]
}

/// A quarterly report of a People's Committee to its superiors, two appendices.
pub(crate) fn report() -> Paper {
    let reference =
        "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 10 năm 2026 của Ủy ban nhân dân xã Mẫu Sơn)";
    Paper {
        profile: ProfileId::PeoplesCommittee,
        agency: Agency { parent: None, issuer: vec!["ỦY BAN NHÂN DÂN".into(), "XÃ MẪU SƠN".into()] },
        standing: Standing::Numbered(5),
        notation: "BC-UBND".into(),
        place: "Mẫu Sơn".into(),
        date: IssueDate::On(jiff::civil::date(2026, 10, 5)),
        kind: Kind::Named("BÁO CÁO".into()),
        subject: "Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc\nquý III năm 2026".into(),
        addressees: vec!["Ủy ban nhân dân tỉnh Phú Mẫu".into(), "Công an tỉnh Phú Mẫu".into()],
        grounds: vec![],
        body: body(),
        recipients: vec![
            "Như trên".into(),
            "Thường trực Đảng ủy xã".into(),
            "Ủy ban MTTQ Việt Nam xã".into(),
            "Công an xã".into(),
            "Lưu: VT".into(),
        ],
        drafter: Some("PL.(05)".into()),
        signers: vec![Signer {
            authority: vec!["TM. ỦY BAN NHÂN DÂN".into(), "KT. CHỦ TỊCH".into(), "PHÓ CHỦ TỊCH".into()],
            name: "Nguyễn Thị Ước".into(),
        }],
        appendices: vec![
            Appendix {
                title: "KẾT QUẢ TUYÊN TRUYỀN TẠI CÁC KHU DÂN CƯ".into(),
                reference: reference.into(),
                blocks: vec![Block::Table(areas(31))],
                orientation: Orientation::Landscape,
            },
            Appendix {
                title: "CÁC MÔ HÌNH TỰ QUẢN".into(),
                reference: reference.into(),
                blocks: vec![paragraph("Danh sách mô hình đã được công nhận."), Block::Table(figures())],
                orientation: Orientation::Portrait,
            },
        ],
        lang: Lang::Vi,
    }
}

/// A draft plan of the commune police: superior line, grounds, one addressee, no number and day yet.
pub(crate) fn police_draft() -> Paper {
    Paper {
        profile: ProfileId::CommunePolice,
        agency: Agency {
            parent: Some("CÔNG AN TỈNH PHÚ MẪU".into()),
            issuer: vec!["CÔNG AN XÃ MẪU SƠN".into()],
        },
        standing: Standing::Draft,
        notation: "KH-CAX".into(),
        date: IssueDate::Year(2026),
        kind: Kind::Named("KẾ HOẠCH".into()),
        subject: "Tổ chức Ngày hội Toàn dân bảo vệ an ninh Tổ quốc năm 2026".into(),
        addressees: vec!["Công an tỉnh Phú Mẫu (qua Phòng PV05)".into()],
        grounds: vec![
            "Căn cứ Quyết định số 521/QĐ-TTg ngày 13 tháng 6 năm 2005 của Thủ tướng Chính phủ".into(),
            "Theo đề nghị của Tổ Xây dựng phong trào".into(),
        ],
        signers: vec![Signer {
            authority: vec!["KT. TRƯỞNG CÔNG AN XÃ".into(), "PHÓ TRƯỞNG CÔNG AN XÃ".into()],
            name: "Thiếu tá Trần Văn Mẫu".into(),
        }],
        recipients: vec!["Như trên".into(), "Lưu: CAX".into()],
        drafter: None,
        appendices: vec![],
        ..report()
    }
}

/// A report of the Front's standing board to its superior, signed by its chair.
pub(crate) fn front() -> Paper {
    Paper {
        profile: ProfileId::Front,
        agency: Agency {
            parent: None,
            issuer: vec!["ỦY BAN MTTQ VIỆT NAM".into(), "XÃ MẪU SƠN".into(), "BAN THƯỜNG TRỰC".into()],
        },
        notation: "BC-MTTQ-BTT".into(),
        addressees: vec!["Ủy ban MTTQ Việt Nam tỉnh Phú Mẫu".into()],
        signers: vec![Signer {
            authority: vec!["TM. BAN THƯỜNG TRỰC".into(), "CHỦ TỊCH".into()],
            name: "Đỗ Thị Hai".into(),
        }],
        recipients: vec!["Như trên".into(), "Thường trực Đảng ủy xã".into(), "Lưu: VT".into()],
        drafter: None,
        appendices: vec![],
        ..report()
    }
}

/// An official letter of three bodies, without tables.
pub(crate) fn letter() -> Paper {
    let signer = |body: &str, title: &str, name: &str| Signer {
        authority: vec![body.into(), title.into()],
        name: name.into(),
    };
    Paper {
        kind: Kind::Letter,
        notation: "UBND-CA".into(),
        subject: "phối hợp tổ chức Ngày hội\nnăm 2026".into(),
        body: vec![paragraph(
            "Ủy ban nhân dân xã đề nghị các khu dân cư gửi danh sách trước ngày 05/11/2026.",
        )],
        signers: vec![
            signer("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lê Văn Một"),
            signer("TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH", "Đỗ Thị Hai"),
        ],
        appendices: vec![],
        ..report()
    }
}
