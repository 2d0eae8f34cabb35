//! HTML preview: an accessible fragment to put into a page. No inline style, for the content security policy
//! forbids it: lengths reach the browser through [`preview_css`].

use std::fmt::Write as _;

use crate::compose::{Addressees, Composed, ComposedAppendix, ComposedTable, Content, Heading, Piece};
use crate::layout::Layout;
use crate::model::{Align, Level, Orientation, Paper, Run, Signer};

/// `paper` as `<article class="paper">`. Headings start at `<h2>`: the page around it has its own `<h1>`.
#[must_use]
pub fn render(paper: &Paper) -> String {
    let composed = Composed::of(paper);
    let mut out = String::new();
    let _ =
        write!(out, "<article class=\"paper\" lang=\"{}\">\n<div class=\"paper-sheet\">\n", composed.lang);
    if let Some(word) = composed.draft {
        // A picture of a word, not text to be read: its pale grey is meant.
        let word = escape(word);
        let _ = writeln!(
            out,
            "<div class=\"paper-watermark\" role=\"img\" aria-label=\"{word}\" data-word=\"{word}\"></div>"
        );
    }
    heading(&mut out, &composed.heading);
    if let Some(title) = &composed.title {
        let lines: Vec<String> =
            std::iter::once(&title.kind).chain(&title.subject).map(|line| escape(line)).collect();
        let (last, above) = lines.split_last().map_or(("", &[][..]), |(last, above)| (last.as_str(), above));
        let above: String = above.iter().map(|line| format!("{line}<br>")).collect();
        let _ = writeln!(out, "<h2 class=\"paper-title\">{above}<span>{last}</span></h2>");
    }
    addressees(&mut out, &composed.addressees);
    for ground in &composed.grounds {
        let _ = writeln!(out, "<p class=\"paper-ground\">{}</p>", escape(ground));
    }
    pieces(&mut out, &composed.body);
    signature(&mut out, &composed);
    out.push_str("</div>\n");
    for appendix in &composed.appendices {
        self::appendix(&mut out, appendix);
    }
    out.push_str("</article>\n");
    out
}

/// The style sheet of the preview with the numbers of `layout`.
#[must_use]
pub fn preview_css(layout: &Layout) -> String {
    let Layout { page, font, heading, title, addressees, body, table, signature, appendix, .. } = layout;
    let mm = [
        ("page-width", page.width_mm),
        ("page-height", page.height_mm),
        ("top", page.top_mm),
        ("right", page.right_mm),
        ("bottom", page.bottom_mm),
        ("left", page.left_mm),
        ("agency-column", heading.agency_column_mm),
        ("nation-column", heading.nation_column_mm),
        ("addressees-indent", addressees.indent_mm),
        ("bullet-indent", addressees.bullet_indent_mm),
        ("first-line", body.first_line_mm),
        ("cell-padding", table.padding_mm),
        ("recipients-column", signature.recipients_column_mm),
        ("signer-column", signature.signer_column_mm),
        ("signature-space", signature.space_mm),
    ];
    let pt = [
        ("agency", heading.agency_pt),
        ("nation", heading.nation_pt),
        ("motto", heading.motto_pt),
        ("number", heading.number_pt),
        ("date", heading.date_pt),
        ("about", heading.about_pt),
        ("number-before", heading.number_before_pt),
        ("rule-gap", heading.rule_gap_pt),
        ("rule-weight", heading.rule_weight_pt),
        ("kind", title.kind_pt),
        ("subject", title.subject_pt),
        ("title-before", title.before_pt),
        ("title-after", title.after_pt),
        ("addressees", addressees.pt),
        ("addressees-before", addressees.before_pt),
        ("body", body.pt),
        ("body-before", body.before_pt),
        ("table", table.pt),
        ("caption", table.caption_pt),
        ("row-gap", table.row_gap_pt),
        ("border", table.border_pt),
        ("recipients-title", signature.recipients_title_pt),
        ("recipients", signature.recipients_pt),
        ("signer", signature.title_pt),
        ("signer-name", signature.name_pt),
        ("signature-before", signature.before_pt),
        ("appendix-label", appendix.label_pt),
        ("appendix-title", appendix.title_pt),
        ("appendix-reference", appendix.reference_pt),
        ("draft", layout.draft.pt),
    ];
    let mut out = String::from(".paper {\n");
    for (name, value) in mm {
        let _ = writeln!(out, "  --paper-{name}: {value}mm;");
    }
    for (name, value) in pt {
        let _ = writeln!(out, "  --paper-{name}-pt: {value}pt;");
    }
    let _ = writeln!(out, "  --paper-agency-rule: {}%;", heading.agency_rule_share * 100.0);
    let _ = writeln!(out, "  --paper-title-rule: {}%;", title.rule_share * 100.0);
    let _ = writeln!(out, "  --paper-line: {:.3};", body.line_factor * single_line_em(layout));
    let _ = writeln!(out, "  --paper-single: {:.3};", single_line_em(layout));
    let _ = writeln!(out, "  --paper-draft-angle: -{}deg;", layout.draft.angle_deg);
    let _ = writeln!(out, "  --paper-draft-grey: rgb({0}% {0}% {0}%);", layout.draft.grey * 100.0);
    let _ = writeln!(out, "  --paper-font: \"{}\", \"{}\", serif;\n}}", font.family, font.twin);
    for percent in 1..=100 {
        let _ = writeln!(out, ".paper-w{percent} {{ width: {percent}% }}");
    }
    out.push_str(include_str!("preview.css"));
    out
}

fn single_line_em(layout: &Layout) -> f64 {
    layout.font.ascent_em + layout.font.descent_em + layout.font.line_gap_em
}

/// `text` safe in an element and in a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn heading(out: &mut String, heading: &Heading) {
    out.push_str("<div class=\"paper-heading\">\n<div class=\"paper-agency\">\n");
    for line in &heading.agency {
        let class = if line.bold { " class=\"paper-issuer\"" } else { "" };
        let _ = writeln!(out, "<p{class}><span>{}</span></p>", escape(&line.text));
    }
    let _ = write!(
        out,
        "</div>\n<div class=\"paper-nation\">\n<p>{}</p>\n<p class=\"paper-motto\"><span>{}</span></p>\n</div>\n\
         <p class=\"paper-number\">{}</p>\n<p class=\"paper-date\">{}</p>\n",
        heading.nation,
        heading.motto,
        escape(&heading.number),
        escape(&heading.date)
    );
    if !heading.about.is_empty() {
        let lines: Vec<String> = heading.about.iter().map(|line| escape(line)).collect();
        let _ = writeln!(out, "<p class=\"paper-about\">{}</p>", lines.join("<br>"));
    }
    out.push_str("</div>\n");
}

fn addressees(out: &mut String, addressees: &Addressees) {
    match addressees {
        Addressees::None => {}
        Addressees::One(line) => {
            let _ = writeln!(out, "<p class=\"paper-addressees\">{}</p>", escape(line));
        }
        Addressees::Many { head, items } => {
            let _ = writeln!(
                out,
                "<p class=\"paper-addressees\">{head}</p>\n<ul class=\"paper-addressee-list\">"
            );
            for item in items {
                let _ = writeln!(out, "<li>{}</li>", escape(item));
            }
            out.push_str("</ul>\n");
        }
    }
}

fn pieces(out: &mut String, pieces: &[Piece]) {
    for run in pieces
        .chunk_by(|a, b| matches!((&a.content, &b.content), (Content::Item { .. }, Content::Item { .. })))
    {
        let items = matches!(run, [Piece { content: Content::Item { .. }, .. }, ..]);
        if items {
            out.push_str("<ul class=\"paper-items\">\n");
        }
        for piece in run {
            self::piece(out, piece);
        }
        if items {
            out.push_str("</ul>\n");
        }
    }
}

fn piece(out: &mut String, piece: &Piece) {
    match &piece.content {
        Content::Heading { level, depth, text } => {
            let class = match level {
                Level::Part => "paper-part",
                Level::Section => "paper-section",
                Level::Clause => "paper-clause",
            };
            let rank = depth + 2;
            let _ = writeln!(out, "<h{rank} class=\"{class}\">{}</h{rank}>", escape(text));
        }
        Content::Paragraph { runs } => {
            let _ = writeln!(out, "<p class=\"paper-text\">{}</p>", runs.iter().map(run).collect::<String>());
        }
        Content::Item { marker, text } => {
            let _ = writeln!(out, "<li>{} {}</li>", escape(marker), escape(text));
        }
        Content::Table(table) => self::table(out, table),
    }
}

fn run(run: &Run) -> String {
    let text = escape(&run.text);
    match (run.bold, run.italic) {
        (false, false) => text,
        (true, false) => format!("<strong>{text}</strong>"),
        (false, true) => format!("<em>{text}</em>"),
        (true, true) => format!("<strong><em>{text}</em></strong>"),
    }
}

fn table(out: &mut String, table: &ComposedTable) {
    out.push_str("<table class=\"paper-table\">\n");
    if let Some(caption) = &table.caption {
        let _ = writeln!(out, "<caption>{}</caption>", escape(caption));
    }
    let total: f64 = table.columns.iter().map(|column| column.width_mm).sum();
    out.push_str("<colgroup>");
    for column in &table.columns {
        let percent = (column.width_mm / total * 100.0).round().clamp(1.0, 100.0);
        let _ = write!(out, "<col class=\"paper-w{percent}\">");
    }
    out.push_str("</colgroup>\n<thead>\n");
    for row in &table.head {
        out.push_str("<tr>");
        for cell in row {
            let scope = if cell.columns > 1 { "colgroup" } else { "col" };
            let columns =
                if cell.columns > 1 { format!(" colspan=\"{}\"", cell.columns) } else { String::new() };
            let rows = if cell.rows > 1 { format!(" rowspan=\"{}\"", cell.rows) } else { String::new() };
            let _ = write!(out, "<th scope=\"{scope}\"{columns}{rows}>{}</th>", escape(&cell.text));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str(if row.emphasis { "<tr class=\"paper-total\">" } else { "<tr>" });
        for (text, column) in row.cells.iter().zip(&table.columns) {
            let class = match column.align {
                Align::Left => "",
                Align::Center => " class=\"paper-center\"",
                Align::Right => " class=\"paper-right\"",
            };
            let _ = write!(out, "<td{class}>{}</td>", escape(text));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn signature(out: &mut String, composed: &Composed) {
    let signature = &composed.signature;
    let several = if signature.signers.len() > 1 { " paper-signers-several" } else { "" };
    let _ = writeln!(out, "<div class=\"paper-signature{several}\">");
    let mut recipients = String::new();
    if let Some(title) = signature.recipients_title {
        let _ = writeln!(recipients, "<div class=\"paper-recipients\">\n<p>{title}</p>\n<ul>");
        for line in &signature.recipients {
            let _ = writeln!(recipients, "<li>{}</li>", escape(line));
        }
        recipients.push_str("</ul>\n</div>\n");
    }
    let signers: String = signature.signers.iter().map(signer).collect();
    let signers = format!("<div class=\"paper-signers\">\n{signers}</div>\n");
    let (first, second) =
        if signature.signers.len() > 1 { (signers, recipients) } else { (recipients, signers) };
    out.push_str(&first);
    out.push_str(&second);
    out.push_str("</div>\n");
}

fn signer(signer: &Signer) -> String {
    let authority: Vec<String> = signer.authority.iter().map(|line| escape(line)).collect();
    format!(
        "<div class=\"paper-signer\">\n<p>{}</p>\n<p class=\"paper-signer-name\">{}</p>\n</div>\n",
        authority.join("<br>"),
        escape(&signer.name)
    )
}

fn appendix(out: &mut String, appendix: &ComposedAppendix) {
    let class = match appendix.orientation {
        Orientation::Portrait => "paper-sheet",
        Orientation::Landscape => "paper-sheet paper-landscape",
    };
    let title = appendix.title.iter().map(|line| format!("<br>{}", escape(line))).collect::<String>();
    let _ = writeln!(
        out,
        "<section class=\"{class}\">\n<h2 class=\"paper-appendix\"><span>{}</span>{title}</h2>",
        escape(&appendix.label)
    );
    if !appendix.reference.is_empty() {
        let _ = writeln!(out, "<p class=\"paper-reference\">{}</p>", escape(&appendix.reference));
    }
    pieces(out, &appendix.body);
    out.push_str("</section>\n");
}
