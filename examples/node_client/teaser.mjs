#!/usr/bin/env node
// A teaser for a film, from its poster: node teaser.mjs POSTER_URL PROMPT > teaser.mp4
// VIDEO_API and VIDEO_KEY say where the API is, and with which key; VIDEO_POLL_MS how long to wait between two polls.
const { VIDEO_API = "https://api.aimlapi.com/v2", VIDEO_KEY, VIDEO_POLL_MS = "15000" } = process.env;
const [poster, prompt] = process.argv.slice(2);

const seconds = (number) => new Promise((resolve) => setTimeout(resolve, number * 1000));

async function call(path, options, tries = 3) {
  const headers = { Authorization: `Bearer ${VIDEO_KEY}`, "Content-Type": "application/json" };
  const reply = await fetch(VIDEO_API + path, { headers, ...options });
  if (reply.status === 503 && tries > 1) {
    await seconds(Number(reply.headers.get("retry-after") ?? 5));
    return call(path, options, tries - 1);
  }
  const body = await reply.json();
  if (!reply.ok) {
    const wrong = (body.error.data ?? []).map((item) => `${item.path.join(".")}: ${item.message}`);
    throw new Error(wrong.join("; ") || body.message);
  }
  return body;
}

async function makeTeaser() {
  const order = { model: "pixverse/v5.5/image-to-video", prompt, image_url: poster };
  let job = await call("/video/generations", { method: "POST", body: JSON.stringify(order) });
  while (job.status !== "completed") {
    if (job.status === "error") throw new Error(job.error.message);
    await seconds(Number(VIDEO_POLL_MS) / 1000);
    job = await call(`/video/generations?generation_id=${job.id}`);
  }
  const clip = await fetch(job.video.url); // on another host: without the key
  return Buffer.from(await clip.arrayBuffer());
}

try {
  process.stdout.write(await makeTeaser());
} catch (error) {
  console.error(`no teaser: ${error.message}`);
  process.exitCode = 1;
}
