// What the stories of phones share: setting one up, writing a record on it, finding that record on the server.

import assert from "node:assert/strict";

export const PIN = "270586";
export const LIST = "/units/05089/activities";
export const FORM = `${LIST}/new?kind=outreach-session`;

export async function setUp(page) {
  await page.goto("/phone");
  await page.getByLabel("Mã PIN mới").fill(PIN);
  await page.getByLabel("Nhập lại mã PIN").fill(PIN);
  await page.getByRole("button", { name: "Bắt đầu" }).click();
  await page.getByText("Có thể đi vào nơi không có sóng").waitFor();
}

export async function write(page, number, more = {}) {
  await page.goto(FORM);
  await fill(page, number, more);
  await page.getByRole("button", { name: "Gửi" }).click();
  if (!more.taken && !more.stays) await page.waitForURL(/\/phone|done=/, { waitUntil: "commit" });
}

export async function fill(page, number, { taken } = {}) {
  await page.getByLabel("Tập trung", { exact: true }).check();
  await page.getByLabel("Lừa đảo trên không gian mạng").check();
  await page.getByLabel("Số lượt người dự").fill(String(number));
  await page.getByLabel("Ghi chú").fill(`Máy ghi số ${number}`);
  if (taken) await page.getByLabel("Ảnh").setInputFiles(taken);
  if (taken) await page.getByText("Ảnh đã sẵn sàng để gửi.").waitFor();
}

/** A photo that no JPEG makes small: several pieces. */
export async function noisy(browser) {
  const page = await browser.person();
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 500, height: 400 });
    const pen = canvas.getContext("2d");
    const picture = pen.createImageData(500, 400);
    picture.data.forEach((_, i) => (picture.data[i] = i % 4 === 3 ? 255 : Math.random() * 256));
    pen.putImageData(picture, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  });
  await page.context().close();
  return { name: "nhieu.jpg", mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") };
}

/** Opens the one record with this number; its address. */
export async function open(page, number) {
  await page.goto(`${LIST}?q=${encodeURIComponent(`máy ghi số ${number}`)}`);
  const links = page.getByRole("main").locator(".name a");
  assert.equal(await links.count(), 1, `records of ${number}`);
  const record = new URL(await links.first().getAttribute("href"), page.url()).pathname;
  await page.goto(record);
  return record;
}

/** Opens the vault of the one person on this phone. */
export async function unlock(page) {
  await page.goto("/phone");
  await page.getByLabel("Mã PIN", { exact: true }).fill(PIN);
  await page.getByRole("button", { name: "Mở", exact: true }).click();
  await page.getByRole("button", { name: "Khóa lại" }).waitFor();
}
