//! Figures made public, through the router: what everybody reads, what nobody does, and what proxies may keep.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use chungsuc::demo;
use db::testing;
use jiff::civil::{Date, date};
use kernel::Role;
use uuid::Uuid;

use crate::chain::{Chain, LATER};
use crate::house::{Answer, House, Person};

/// A day in the quarter of the reports.
const DAY: Date = date(2026, 9, 10);
const FORM: &str = "movement-quarterly";

/// Asks for an address without account, with headers.
fn ask(house: &House, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Person::nobody().request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    house.send(request.body(Body::empty()).unwrap())
}

fn public(report: Uuid) -> String {
    format!("/public/c05089-20250701/{report}")
}

/// Makes the figures of a report public, or withdraws them.
fn decide(chain: &Chain, who: &Person, (report, what): (Uuid, &str), based_on: &str) -> Answer {
    let url = format!("{}/{report}/disclosure{what}", chain.reports());
    chain.house.post(who, &url, &[("based_on", based_on)])
}

fn tag(answer: &Answer) -> &str {
    answer.headers[header::ETAG].to_str().unwrap()
}

#[test]
fn everybody_reads_what_was_made_public_and_nothing_else() {
    for db in testing::stores() {
        let mut chain = Chain::on(&db);
        // Three households are few enough to be recognised.
        chain.session_with("0", chain.house.id(), "136", "1-3", &[]);
        chain.later(LATER);
        let list = format!("/public/{}", demo::COMMUNE);
        let empty = ask(&chain.house, &list, &[]);
        assert!(empty.is_page() && empty.text().contains("chưa công khai số liệu nào"), "{}", empty.body);
        let report = chain.frozen(&chain.government, FORM, DAY);
        assert_eq!(ask(&chain.house, &public(report), &[]).status, StatusCode::NOT_FOUND);
        let offered = chain.house.get(&chain.front, &format!("{}/{report}", chain.reports()));
        assert!(offered.body.contains(&format!("/{report}/disclosure\"")), "{}", offered.body);
        let page = chain.house.get(&chain.front, &format!("{}/{report}/disclosure", chain.reports()));
        assert!(page.text().contains("Những gì mọi người đọc được") && page.text().contains(">136"));
        // The same decision twice is one.
        for _ in 0..2 {
            let made = decide(&chain, &chain.front, (report, ""), "0");
            assert!(made.location().ends_with("done=disclosures-done-public"), "{}", made.body);
        }

        let read = ask(&chain.house, &public(report), &[]);
        assert!(read.is_page() && read.status == StatusCode::OK, "{}", read.body);
        let text = read.text();
        let unseen = "chưa đối chiếu với văn bản gốc";
        for part in ["Quý III năm 2026", "xã Cao Phong", ">136", "><5", unseen] {
            assert!(text.contains(part), "{part} in {text}");
        }
        // Nothing that was written in words, nothing that opens a record, no script, no cookie.
        for part in ["Ổn định, lần", "Khu 1", "/units/", "<script", "Người thử nghiệm", "[disclosures-"]
        {
            assert!(!text.contains(part), "{part} in {text}");
        }
        assert!(!read.headers.contains_key(header::SET_COOKIE));
        assert_eq!(read.headers[header::CACHE_CONTROL], "public, max-age=60, stale-while-revalidate=60");
        assert_eq!(read.headers.get_all(header::VARY).iter().collect::<Vec<_>>(), ["accept-encoding"]);
        // The same for an officer who reads English, and on a server that has just started.
        let officer = chain.house.get(&chain.front.reading("en"), &public(report));
        let other = House::restarted(&db, LATER, 1);
        let elsewhere = ask(&other, &public(report), &[]);
        assert!(officer.body == read.body && elsewhere.body == read.body && tag(&elsewhere) == tag(&read));
        let english = ask(&chain.house, &format!("{}?lang=en", public(report)), &[]);
        assert!(english.text().contains("How it is counted") && tag(&english) != tag(&read));
        let listed = ask(&chain.house, &list, &[]);
        assert!(listed.body.contains(&public(report)), "{}", listed.body);

        // What was written down later changes nothing of it.
        chain.session("0", chain.house.id(), "500", &[]);
        assert_eq!(ask(&chain.house, &public(report), &[]).body, read.body);

        // Withdrawn by the chair, for readers who have it too; and made public again.
        let chair = chain.house.person("chutich", &chain.here, Role::Chair, None, None);
        let stale = decide(&chain, &chair, (report, "/withdrawal"), "7");
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for _ in 0..2 {
            let withdrawn = decide(&chain, &chair, (report, "/withdrawal"), "1");
            assert!(withdrawn.location().ends_with("done=disclosures-done-withdrawn"), "{}", withdrawn.body);
        }
        let gone = ask(&chain.house, &public(report), &[(header::IF_NONE_MATCH, tag(&read))]);
        assert!(gone.status == StatusCode::GONE && gone.is_page() && !gone.body.contains("136"));
        assert!(!ask(&chain.house, &list, &[]).body.contains(&public(report)));
        assert_eq!(decide(&chain, &chair, (report, ""), "0").status, StatusCode::CONFLICT);
        decide(&chain, &chair, (report, ""), "2");
        assert_eq!(ask(&chain.house, &public(report), &[]).body, read.body);

        // An amended report takes the place of the former one.
        let amended = chain.house.id();
        let form = [("id", &*amended.to_string())];
        chain.house.post(&chain.front, &format!("{}/{report}/amendment", chain.reports()), &form);
        chain.freeze(&chain.front, amended);
        decide(&chain, &chain.front, (amended, ""), "0");
        assert!(ask(&chain.house, &public(amended), &[]).text().contains(">636"));
        assert_eq!(ask(&chain.house, &public(report), &[]).status, StatusCode::GONE);
        let former = decide(&chain, &chain.front, (report, ""), "4");
        assert!(former.text().contains("Hãy công khai báo cáo điều chỉnh"), "{}", former.body);
        chain.house.verified();
    }
}

/// Three people in the third month: the quarter less the two months before would say so.
#[test]
fn what_other_public_reports_would_give_away_is_withheld() {
    for db in testing::stores() {
        let mut chain = Chain::on(&db);
        let days = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)];
        for (day, attendees) in days.into_iter().zip(["100", "40", "3"]) {
            chain.session_on(day, attendees);
        }
        chain.later(LATER);
        let quarter = chain.frozen(&chain.government, FORM, DAY);
        let offered = |chain: &Chain| {
            let url = format!("{}/{quarter}/disclosure", chain.reports());
            chain.house.get(&chain.government, &url).text()
        };
        assert!(offered(&chain).contains(">143"));
        for (number, day) in days.into_iter().enumerate() {
            let month = chain.frozen(&chain.police, "movement-monthly", day);
            let made = decide(&chain, &chain.police, (month, ""), "0");
            assert!(made.location().ends_with("done=disclosures-done-public"), "{}", made.body);
            let text = ask(&chain.house, &public(month), &[]).text();
            let shown = if number == 2 { "><5" } else { [">100", ">40"][number] };
            assert!(text.contains(shown), "{shown} in {text}");
        }
        assert!(!offered(&chain).contains(">143"), "{}", offered(&chain));
        decide(&chain, &chain.government, (quarter, ""), "0");
        let text = ask(&chain.house, &public(quarter), &[]).text();
        assert!(text.contains("Số lượt người dự tuyên truyền") && !text.contains(">143"), "{text}");
        // How many sessions there were points at nobody.
        assert!(text.contains(">3<"), "{text}");
        chain.house.verified();
    }
}

#[test]
fn proxies_and_browsers_are_told_that_they_have_a_page() {
    let mut chain = Chain::on(&testing::sqlite());
    chain.later(LATER);
    let report = chain.frozen(&chain.front, FORM, DAY);
    decide(&chain, &chain.front, (report, ""), "0");
    for path in [public(report), "/public/05089".to_owned(), "/public/c05089-20250701?lang=en".to_owned()] {
        let plain = ask(&chain.house, &path, &[]);
        let gzip = [(header::ACCEPT_ENCODING, "br;q=1.0, gzip;q=0.8")];
        let packed = ask(&chain.house, &path, &gzip);
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
        assert!(!plain.headers.contains_key(header::CONTENT_ENCODING) && tag(&plain) != tag(&packed));
        let refused = ask(&chain.house, &path, &[(header::ACCEPT_ENCODING, "gzip;q=0")]);
        assert!(!refused.headers.contains_key(header::CONTENT_ENCODING));
        for had in [tag(&packed), &format!("\"other\", W/{}", tag(&packed)), "*"] {
            let same = ask(&chain.house, &path, &[gzip[0].clone(), (header::IF_NONE_MATCH, had)]);
            assert!(same.status == StatusCode::NOT_MODIFIED && same.body.is_empty(), "{had}");
            assert_eq!(tag(&same), tag(&packed));
            assert!(same.headers.contains_key(header::CACHE_CONTROL));
        }
        assert_eq!(ask(&chain.house, &path, &[(header::IF_NONE_MATCH, "\"other\"")]).status, StatusCode::OK);
    }
    for path in ["/public/99999", "/public/c05089-20250701/nothing", &public(Uuid::nil())] {
        let answer = ask(&chain.house, path, &[]);
        assert!(answer.status == StatusCode::NOT_FOUND && answer.is_page(), "{path}: {}", answer.body);
    }
}

#[test]
fn what_is_open_or_another_lines_is_not_made_public() {
    for db in testing::stores() {
        let mut chain = Chain::on(&db);
        chain.later(LATER);
        let (open, _) = chain.house.started(&chain.here, FORM, "2026-Q3");
        let refused = decide(&chain, &chain.front, (open, ""), "0");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Hãy chốt trước khi công khai"), "{}", refused.body);
        let police = chain.frozen(&chain.police, "movement-monthly", DAY);
        let refused = decide(&chain, &chain.front, (police, ""), "0");
        assert!(refused.text().contains("của hệ khác"), "{}", refused.body);
        assert_eq!(ask(&chain.house, &public(police), &[]).status, StatusCode::NOT_FOUND);
        decide(&chain, &chain.police, (police, ""), "0");
        let refused = decide(&chain, &chain.front, (police, "/withdrawal"), "1");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ask(&chain.house, &public(police), &[]).status, StatusCode::OK);
    }
}
