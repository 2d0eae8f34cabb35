// First light: one outreach session travels from the hamlet into the frozen quarterly report.
// An area head writes it down on a phone; an officer returns it, then confirms it; the report counts it once, says
// where the figure comes from, is frozen, and leaves as three files.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, download, judge, openBrowser, photo, signIn, startProgram } from "./harness.mjs";

const ATTENDED = 137; // as first written, one too many
const CORRECTED = 136;

let program;
let browser;
before(async () => {
  program = await startProgram();
  browser = await openBrowser(program);
});
after(async () => {
  try {
    await browser?.close();
  } finally {
    await program?.stop();
  }
});

test("an outreach session reaches the frozen quarterly report", async (t) => {
  const head = await browser.person(PHONE);
  const officer = await browser.person(DESK);
  await signIn(head, program.account("area_head"));
  await signIn(officer, program.account("officer"));
  await judge(head, "first-light-01-home-of-area-head");
  await judge(officer, "first-light-02-home-of-officer");

  const sessionsBefore = await figure(await openQuarterlyReport(officer), SESSIONS);
  const attendanceBefore = await figure(officer, ATTENDANCE);

  let record;
  await t.test("the area head writes it down, with a photo, and sends it", async () => {
    await writeDown(head, await photo(browser));
    await judge(head, "first-light-03-sent");
    await seeState(head, "Đã gửi");
    assert.equal(await head.getByRole("main").getByRole("img").count(), 1, "the photo is shown");
    record = idIn(head.url());
  });

  await t.test("not confirmed, it does not count yet", async () => {
    assert.equal(await figure(await openQuarterlyReport(officer), SESSIONS), sessionsBefore);
  });

  await t.test("the officer returns it with a reason", async () => {
    await openFromList(officer, record);
    await judge(officer, "first-light-04-to-confirm");
    await officer.getByText("Trả lại để bổ sung").click();
    await officer.getByLabel("Lý do trả lại").fill("Đếm lại số người dự: bảng chấm có 136 lượt.");
    await officer.getByRole("button", { name: "Trả lại", exact: true }).click();
    await seeState(officer, "Trả lại");
  });

  await t.test("the area head sees why, corrects it and sends it again", async () => {
    await openFromList(head, record);
    await head.getByText("bảng chấm có 136 lượt").waitFor();
    await judge(head, "first-light-05-returned");
    await head.getByRole("link", { name: "Sửa", exact: true }).click();
    assert.equal(await head.getByLabel("Số lượt người dự").inputValue(), String(ATTENDED), "what was written is still there");
    await head.getByLabel("Số lượt người dự").fill(String(CORRECTED));
    await head.getByRole("button", { name: "Gửi" }).click();
    await seeState(head, "Đã gửi");
  });

  await t.test("the area head cannot confirm it", async () => {
    assert.equal(await head.getByRole("button", { name: "Xác nhận" }).count(), 0);
  });

  await t.test("the officer confirms it", async () => {
    await openFromList(officer, record);
    await officer.getByText(String(CORRECTED)).first().waitFor();
    await officer.getByRole("button", { name: "Xác nhận" }).click();
    await seeState(officer, "Đã xác nhận");
    await judge(officer, "first-light-06-confirmed");
  });

  await t.test("the quarterly report shows it at once, counted once", async () => {
    await openQuarterlyReport(officer);
    assert.equal(await figure(officer, SESSIONS), sessionsBefore + 1);
    assert.equal(await figure(officer, ATTENDANCE), attendanceBefore + CORRECTED);
    await judge(officer, "first-light-07-report");
  });

  await t.test("the figure opens to the records behind it", async () => {
    await row(officer, SESSIONS).getByRole("link").first().click();
    await officer.getByRole("heading", { level: 1, name: SESSIONS }).waitFor();
    assert.equal(await linkTo(officer, record).count(), 1, "the session is listed");
    await judge(officer, "first-light-08-behind-the-figure");
    await officer.goBack();
  });

  await t.test("frozen, the report keeps its figures", async () => {
    await officer.getByRole("button", { name: "Chốt số liệu" }).click();
    await officer.getByRole("main").getByText("Đã chốt").first().waitFor();
    assert.equal(await officer.getByRole("button", { name: "Chốt số liệu" }).count(), 0);
    assert.equal(await figure(officer, SESSIONS), sessionsBefore + 1);
    await judge(officer, "first-light-09-frozen");
  });

  await t.test("the paper can be looked at before it leaves", async () => {
    const report = officer.url();
    await officer.getByRole("link", { name: "Xem trước văn bản" }).click();
    await officer.getByRole("main").getByText("Độc lập - Tự do - Hạnh phúc").waitFor();
    await judge(officer, "first-light-10-paper");
    await officer.getByRole("button", { name: "Lấy số và ngày văn bản" }).click();
    await officer.getByRole("main").getByText(/Số:\s*01\/BC-CAX/).waitFor();
    await judge(officer, "first-light-10-numbered");
    await officer.goto("/units/05089/register");
    await officer.getByRole("rowheader", { name: "01/BC-CAX" }).waitFor();
    await judge(officer, "first-light-10-register");
    await officer.goto(report);
  });

  await t.test("it leaves as three files", async () => {
    const begins = { PDF: "%PDF-", DOCX: "PK\u0003\u0004", XLSX: "PK\u0003\u0004" };
    for (const [kind, start] of Object.entries(begins)) {
      const file = await download(officer, officer.getByRole("link", { name: kind }));
      assert.ok(file.name.endsWith(`.${kind.toLowerCase()}`), file.name);
      assert.equal(file.bytes.subarray(0, start.length).toString("latin1"), start, `${kind} is what it says`);
      assert.ok(file.bytes.length > 2_000, `${kind} has content`);
    }
  });
});

test("overview, units, imports and accounts are readable on a phone", async () => {
  const rounds = {
    officer: ["dashboard", "dashboard?regime=yearly", "dashboard?view=year", "imports", "activities/new", "areas/new", "organisations/new", "register", ""],
    area_head: ["dashboard"],
    chair: ["dashboard", "reports"],
    administrator: ["accounts", "accounts/new"],
    auditor: ["audit"],
  };
  for (const [role, pages] of Object.entries(rounds)) {
    const person = await browser.person(PHONE);
    await signIn(person, program.account(role));
    for (const page of pages) {
      await person.goto(page ? `/units/05089/${page}` : "/units/05089");
      await judge(person, `round-${role}-${page.replaceAll(/[^a-z]/g, "-")}`);
    }
    await person.context().close();
  }
  const province = await browser.person(PHONE);
  await signIn(province, program.account("province_staff"));
  await province.goto("/units/25/dashboard");
  await judge(province, "round-province-dashboard");
  await province.goto("/units/25/dashboard?indicator=outreach-sessions");
  await judge(province, "round-province-indicator");
});

test("a sheet of records is tried, its good rows applied, and the import undone", async () => {
  const officer = await browser.person(DESK);
  await signIn(officer, program.account("officer"));
  await officer.goto("/units/05089/imports");
  await officer.getByRole("combobox").first().selectOption({ label: "Tuần tra" });
  const rows = "Ngày,Khu dân cư,Số ca tuần tra,Số lượt người tham gia,Lực lượng tham gia\n2026-09-01,Khu 1 (dữ liệu mô phỏng),2,6,Tổ bảo vệ an ninh trật tự\n31/2/2026,Khu 2 (dữ liệu mô phỏng),1,3,Tổ bảo vệ an ninh trật tự\n";
  await officer.locator('input[type="file"]').setInputFiles({ name: "tuan-tra.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await officer.getByRole("button", { name: "Đọc và kiểm tra" }).click();
  await officer.getByRole("cell", { name: "31/2/2026", exact: true }).waitFor();
  await judge(officer, "import-dry-run");
  await officer.getByLabel("Bỏ qua 1 dòng lỗi").check();
  await officer.getByRole("button", { name: "Nhập", exact: true }).click();
  await officer.getByText("Đã nhập.").first().waitFor();
  await judge(officer, "import-applied");
  await officer.getByText("Hoàn tác lần nhập này").click();
  await officer.getByLabel("Vì sao hoàn tác").fill("Nhập nhầm tệp của tháng trước.");
  await officer.getByRole("button", { name: "Hoàn tác", exact: true }).click();
  await officer.getByText("Đã hoàn tác").first().waitFor();
  await judge(officer, "import-undone");
});

test("everything is there without JavaScript", async () => {
  const head = await browser.person(PHONE, { javaScriptEnabled: false });
  await signIn(head, program.account("area_head"));
  await writeDown(head, await photo(browser));
  await seeState(head, "Đã gửi");
});

test("a refused form keeps what was typed and says what to do", async () => {
  const head = await browser.person(PHONE);
  await signIn(head, program.account("area_head"));
  await openForm(head);
  await head.getByLabel("Số lượt người dự").fill("nhiều");
  await head.getByRole("button", { name: "Gửi" }).click();
  const attended = head.getByLabel("Số lượt người dự");
  await head.getByRole("alert").getByRole("link").first().waitFor();
  assert.equal(await attended.inputValue(), "nhiều");
  assert.equal(await attended.getAttribute("aria-invalid"), "true");
  await judge(head, "first-light-11-refused");
});

const SESSIONS = /^Số buổi tuyên truyền/;
const ATTENDANCE = /^Số lượt người dự tuyên truyền/;

async function openForm(page) {
  await page.getByRole("navigation", { name: "Mục chính" }).getByRole("link", { name: "Ghi việc" }).click();
  await page.getByRole("link", { name: /^Buổi tuyên truyền/ }).click();
  await page.getByRole("heading", { level: 1, name: "Buổi tuyên truyền" }).waitFor();
}

/** The form of an outreach session, from opening to sending; the day stands at today, the work was done before. */
async function writeDown(page, picture) {
  await openForm(page);
  assert.equal(await page.getByLabel("Ngày thực hiện").inputValue(), today(), "today is filled in");
  await page.getByLabel("Ngày thực hiện").fill(closedDay());
  await page.getByLabel("Tập trung").check();
  await page.getByLabel("Lừa đảo trên không gian mạng").check();
  await page.getByLabel("Số lượt người dự").fill(String(ATTENDED));
  await page.getByLabel("Hộ đã tiếp cận").fill("1-20, 25");
  await page.getByLabel("Ảnh", { exact: false }).setInputFiles(picture);
  await page.getByRole("button", { name: "Gửi" }).click();
}

async function seeState(page, word) {
  await page.locator(".badge", { hasText: word }).first().waitFor();
}

async function openFromList(page, record) {
  await page.getByRole("navigation", { name: "Mục chính" }).getByRole("link", { name: "Hoạt động" }).click();
  await page.getByRole("link", { name: /việc (chờ xác nhận|bị trả lại)/ }).first().click();
  await linkTo(page, record).click();
}

/** The one link of the main part that leads to a record. */
function linkTo(page, record) {
  return page.getByRole("main").locator(`a[href$="${record}"]`);
}

/** Opens the report of the last closed quarter; the first time, starts it. */
async function openQuarterlyReport(page) {
  const period = quarter(closedDay());
  await page.getByRole("navigation", { name: "Mục chính" }).getByRole("link", { name: "Báo cáo" }).click();
  const there = page.getByRole("main").getByRole("link", { name: period });
  if (await there.count()) {
    await there.first().click();
  } else {
    await page.getByRole("link", { name: "Lập báo cáo mới" }).click();
    await judge(page, "first-light-07-new-report");
    await page.getByText(/^Báo cáo định kỳ hằng quý/).click();
    await page.getByRole("radio", { name: new RegExp(`^Báo cáo quý về phong trào.*${period.source}`, "i") }).check();
    await page.getByRole("button", { name: "Lập báo cáo" }).click();
  }
  await page.getByRole("rowheader", { name: SESSIONS }).first().waitFor();
  return page;
}

function row(page, name) {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) }).first();
}

/** The first figure of a row, this period's: "5.812" is five thousand eight hundred and twelve. */
async function figure(page, name) {
  const text = await row(page, name).locator(".number").first().innerText();
  const number = text.match(/\d[\d.]*/);
  assert.ok(number, `a figure in "${text}"`);
  return Number(number[0].replaceAll(".", ""));
}

/** Today in Viet Nam, as YYYY-MM-DD. */
function today() {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
}

/** The last day of the last quarter that is over: a report is frozen only after its cut-off. */
function closedDay() {
  const [year, month, day] = today().split("-").map(Number);
  const cutOffs = [-1, 0].flatMap((back) => [3, 6, 9, 12].map((end) => [year + back, end]));
  const [y, m] = cutOffs.filter(([y, m]) => y < year || m < month || (m === month && day > 14)).at(-1);
  return `${y}-${String(m).padStart(2, "0")}-14`;
}

/** The quarter a day is reported in: they run from the 15th of the month before to the 14th of their last month. */
function quarter(day) {
  const [year, month, date] = day.split("-").map(Number);
  const counted = month - 1 + (date >= 15 ? 1 : 0);
  const numeral = ["I", "II", "III", "IV"][Math.floor(counted / 3) % 4];
  return new RegExp(`quý ${numeral}\\b.*${counted === 12 ? year + 1 : year}`, "i");
}

function idIn(url) {
  const ids = url.match(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g);
  assert.ok(ids, `the address of a record holds its id: ${url}`);
  return ids.at(-1);
}
