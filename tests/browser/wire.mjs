// A wire between a browser and the program that is cut where a story says: before a request reaches the program, while it
// travels, or before its answer arrives. It can also carry a program of another day: the same one, whose style and scripts
// stand under other addresses, which is what a browser sees of an update.

import { Agent, createServer, request } from "node:http";

/** How far a request comes before the wire is cut. */
export const STEPS = ["before", "within", "after"];

/**
 * Lays a wire to the program. `url` is its end; `rule` is a function that a story may set: it hears `(request, step, text)`
 * at every step of every request and answers whether the wire is cut there (`text` is the answer, at the step "after");
 * `cut` says that nothing passes; `another()` makes the program one of another day.
 */
export async function lay(program) {
  const agent = new Agent({ keepAlive: false });
  const wire = { rule: async () => false, cut: false };
  let swap = null; // the address of style and scripts → another of the same length
  const server = createServer(async (asked, answer) => {
    const drop = () => asked.socket.destroy();
    if ((await wire.rule(asked, "before")) || wire.cut) return drop();
    const sent = await whole(asked);
    const cutWithin = await wire.rule(asked, "within");
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    // What is the other program's is asked for where this one has it, and the other way round.
    const path = swap ? asked.url.replace(...(asked.url.startsWith(swap[0]) ? swap : swap.toReversed())) : asked.url;
    const up = request(new URL(path, program.url), { method: asked.method, headers, agent });
    up.on("error", drop);
    if (cutWithin) {
      up.flushHeaders();
      up.write(sent.subarray(0, sent.length / 2), () => {
        up.destroy();
        drop();
      });
      return;
    }
    up.end(sent);
    up.on("response", async (response) => {
      response.on("error", drop);
      let body = await whole(response).catch(() => null);
      if (!body || wire.cut || (await wire.rule(asked, "after", body.toString()))) return drop();
      if (swap) body = Buffer.from(body.toString("latin1").replaceAll(...swap), "latin1");
      answer.writeHead(response.statusCode, response.headers);
      answer.end(body);
    });
  });
  server.keepAliveTimeout = 1_000;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(wire, {
    url: `http://127.0.0.1:${server.address().port}`,
    async another(turn = 1) {
      const page = await (await fetch(`${program.url}/sign-in`)).text();
      const [, hash] = /\/assets\/([0-9a-f]+)\//.exec(page);
      swap = [`/assets/${hash}/`, `/assets/${hash.slice(turn)}${hash.slice(0, turn)}/`];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
