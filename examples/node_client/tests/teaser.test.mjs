// The program, tested in its own language: the tests tell the fake over HTTP what is to happen, and what did.
// REELMOCK_CONTROL and REELMOCK_TOKEN say where and with which token; VIDEO_API and VIDEO_KEY are the program's.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const { REELMOCK_CONTROL, REELMOCK_TOKEN } = process.env;
const TEASER = fileURLToPath(new URL("../teaser.mjs", import.meta.url));

async function control(method, path, body) {
  const headers = { Authorization: `Bearer ${REELMOCK_TOKEN}`, "Content-Type": "application/json" };
  const reply = await fetch(REELMOCK_CONTROL + path, { method, headers, body: body && JSON.stringify(body) });
  const told = await reply.json();
  if (!reply.ok) throw new Error(told.error);
  return told;
}

const teaser = () =>
  promisify(execFile)(process.execPath, [TEASER, "https://example.com/poster.jpg", "The hero turns around."], {
    encoding: "buffer",
  });

async function until(state) {
  for (;;) {
    const { generations } = await control("GET", "/generations");
    if (generations.some((generation) => generation.state === state)) return generations[0];
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

beforeEach(() => control("POST", "/reset"));

test("a service that is not there for once is asked again, when it said", async () => {
  await control("POST", "/scenarios", { on: "create", code: 503, retry_after: 1, times: 1 });
  await control("POST", "/next", { progression: "immediate" });

  const { stdout } = await teaser();

  assert.equal(stdout.toString("latin1", 4, 8), "ftyp");
  const { entries } = await control("GET", "/journal");
  assert.deepEqual(entries.map((entry) => entry.reply.status), [503, 200, 200, 200]);
  assert.ok(entries[1].at - entries[0].at >= 1);
  const { scenarios } = await control("GET", "/scenarios");
  assert.equal(scenarios[0].used, 1);
});

test("a video that takes five minutes is waited for", async () => {
  await control("POST", "/next", { progression: "time:60,240" });
  const made = teaser();

  await until("queued");
  await control("POST", "/clock/advance", { seconds: 60 });
  const job = await until("generating");
  await control("POST", "/clock/advance", { seconds: 240 });

  assert.equal((await made).stdout.toString("latin1", 4, 8), "ftyp");
  const { entries } = await control("GET", `/journal?generation=${job.id}&status=completed`);
  assert.equal(entries.length, 1); // it stopped asking
});

test("a failure is told", async () => {
  await control("POST", "/next", { progression: "immediate", outcome: "error:ModerationError:A famous person" });

  await assert.rejects(teaser, (error) => error.stderr.toString() === "no teaser: A famous person\n");
});
