// A client on Node's built-in fetch: create, poll until the end, download. Prints what it saw as one line of JSON.
const [base, key] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
const url = `${base}/v2/video/generations`;

const created = await fetch(url, {
  method: "POST",
  headers,
  body: JSON.stringify({
    model: "pixverse/v5-5-image-to-video",
    prompt: "A paper boat sails down a rainy street.",
    image_url: "https://example.com/boat.jpg",
    duration: 5,
  }),
}).then((answer) => answer.json());

const seen = [created.status];
let body = created;
while (["waiting", "queued", "generating"].includes(body.status)) {
  body = await fetch(`${url}?${new URLSearchParams({ generation_id: created.id })}`, { headers }).then((a) => a.json());
  seen.push(body.status);
}
const clip = await fetch(body.video.url);
const size = (await clip.arrayBuffer()).byteLength;
console.log(JSON.stringify({ seen, type: clip.headers.get("content-type"), size }));
