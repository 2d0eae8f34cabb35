// Measures the product on a link of 50 kbit/s, 800 ms and 5 % loss, and prints what it measured:
//
//   node tests/browser/slow-network.mjs [rounds]
//
// CHUNGSUC_BIN says which program. The link is a relay between browser and program that behaves as TCP would on such a link:
// both directions carry 50 kbit/s for all connections together; a connection costs two round trips before its first byte (TCP
// and the TLS of the proxy in front); of a hundred packets five are lost and come again one round trip later, or after
// TCP's own patience when nothing follows them, and what follows on the same connection waits for them.

import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPhone, startProgram } from "./harness.mjs";
import { FORM, PIN } from "./phones.mjs";

const RATE = 50_000 / 8 / 1000; // bytes in a millisecond
const TRIP = 800; // milliseconds there and back
const LOSS = 0.05;
const PATIENCE = 1_200; // milliseconds until TCP sends again what nothing follows
const PACKET = 1_400; // bytes of content; 52 more around them
const AROUND = 52;

const results = new Map();
const program = await startProgram();
try {
  for (let round = 1; round <= Number(process.argv[2] ?? 3); round++) await measure(round);
} finally {
  await program.stop();
}
for (const [what, { limit, values }] of results) {
  const [middle, worst] = [values.sort((a, b) => a - b)[values.length >> 1], values.at(-1)];
  console.log(`${what}: median ${middle.toFixed(2)} s, worst ${worst.toFixed(2)} s${limit ? `, limit ${limit} s, ratio ${(middle / limit).toFixed(2)}` : ""}`);
}

async function measure(seed) {
  const link = await relay(program.url, seed);
  const folder = await mkdtemp(join(tmpdir(), "chungsuc-slow-"));
  let phone = await openPhone(link, folder, 120_000);
  try {
    let page = await phone.page();
    const ready = { waitUntil: "domcontentloaded" };
    await line("first visit: the sign-in page can be used", 15, () => page.goto("/sign-in", ready));
    const account = program.account("area_head");
    await page.getByLabel("Tên đăng nhập").fill(account.sign_in);
    await page.getByLabel("Mật khẩu").fill(account.password);
    await line("signing in, until the list of records can be used", 15, async () => {
      await page.getByRole("button", { name: "Đăng nhập" }).click();
      await page.getByRole("navigation", { name: "Mục chính" }).waitFor();
      await page.waitForLoadState("domcontentloaded");
    });
    await page.goto("/phone");
    await page.getByLabel("Mã PIN mới").fill(PIN);
    await page.getByLabel("Nhập lại mã PIN").fill(PIN);
    await line("setting up: every page of use is kept", null, async () => {
      await page.getByRole("button", { name: "Bắt đầu" }).click();
      await page.getByText("Có thể đi vào nơi không có sóng").waitFor({ timeout: 600_000 });
    });
    await phone.close();
    phone = await openPhone(link, folder, 120_000);
    page = await phone.page();
    await line("later visit, the browser started anew: the PIN can be typed", 1, async () => {
      await page.goto("/phone", ready);
      await page.getByLabel("Mã PIN", { exact: true }).waitFor();
    });
    await page.getByLabel("Mã PIN", { exact: true }).fill(PIN);
    await page.getByRole("button", { name: "Mở", exact: true }).click();
    await page.getByRole("button", { name: "Khóa lại" }).waitFor();
    await page.waitForTimeout(20_000); // what the visit brought with it ends
    await line("later visit: the first page", 1, () => page.goto("/", ready));
    await page.waitForTimeout(10_000);
    await line("later visit: the dashboard", 1, () => page.goto("/units/05089/dashboard", ready));
    await page.waitForTimeout(10_000);
    await line("later visit: the form of a record", 1, () => page.goto(FORM, ready));
    await page.getByLabel("Tập trung", { exact: true }).check();
    await page.getByLabel("Lừa đảo trên không gian mạng").check();
    await page.getByLabel("Số lượt người dự").fill("31");
    await page.getByLabel("Ghi chú").fill("Đo trên mạng chậm.");
    await page.waitForTimeout(15_000);
    await exchanged(page, "sending a record: network time", () => page.getByRole("button", { name: "Gửi" }).click());
    await page.waitForTimeout(60_000); // what changed is read again
    await page.evaluate(() => sessionStorage.removeItem("exchanged"));
    await exchanged(page, "an exchange in which nothing happened: network time", () => page.goto(FORM, ready));
  } finally {
    await phone.close();
    await link.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The network time and the weight of the next exchange. */
async function exchanged(page, what, work) {
  const asked = page.waitForRequest("**/sync");
  await work();
  const request = await asked;
  await (await request.response()).finished();
  note(what, 2, request.timing().responseEnd / 1000);
  const { requestBodySize, requestHeadersSize, responseBodySize, responseHeadersSize } = await request.sizes();
  console.log(`  ${what}: up ${requestHeadersSize} + ${requestBodySize} B, down ${responseHeadersSize} + ${responseBodySize} B`);
}

async function line(what, limit, work) {
  const begun = performance.now();
  await work();
  note(what, limit, (performance.now() - begun) / 1000);
}

function note(what, limit, seconds) {
  const { values } = results.get(what) ?? results.set(what, { limit, values: [] }).get(what);
  values.push(seconds);
  console.log(`  ${what}: ${seconds.toFixed(2)} s`);
}

/** The link: `url` is its end. */
async function relay(to, seed) {
  const chance = chances(seed);
  const [up, down] = [{ free: 0 }, { free: 0 }];
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: new URL(to).port, host: "127.0.0.1", allowHalfOpen: true });
    const open = performance.now() + 2 * TRIP + (chance() < LOSS ? PATIENCE : 0);
    carry(near, far, up, open);
    carry(far, near, down, open);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => sockets.delete(one) && other.destroySoon());
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };

  function carry(from, into, direction, open) {
    let last = open; // when what was sent before is there
    const at = (time, work) => setTimeout(work, Math.max(0, time - performance.now()));
    from.on("data", (bytes) => {
      for (let start = 0; start < bytes.length; start += PACKET) {
        const packet = bytes.subarray(start, start + PACKET);
        const took = (packet.length + AROUND) / RATE;
        // The browser's first bytes leave when the connection stands.
        direction.free = Math.max(performance.now(), direction.free, direction === up ? open : 0) + took;
        let there = direction.free + TRIP / 2;
        for (; chance() < LOSS; direction.free += took) there += took + (start + PACKET < bytes.length ? TRIP : PATIENCE);
        last = Math.max(last, there);
        at(last, () => into.writable && into.write(packet));
      }
    });
    from.on("end", () => at(last, () => into.end()));
  }
}

/** The same chances for the same seed. */
function chances(seed) {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
