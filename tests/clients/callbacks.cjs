// A client on Node's http module, with callbacks and a Content-Length of its own. Prints the same line as polling.mjs.
const http = require("http");

const [base, key] = process.argv.slice(2);
const route = new URL(`${base}/v2/video/generations`);
const seen = [];

function send(url, method, payload, done) {
  const data = payload ? JSON.stringify(payload) : "";
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  if (data) headers["Content-Length"] = Buffer.byteLength(data);
  const request = http.request(url, { method, headers }, (answer) => {
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk));
    answer.on("end", () => done(Buffer.concat(chunks), answer));
  });
  request.on("error", (error) => { throw error; });
  request.end(data);
}

function poll(id) {
  const url = new URL(route);
  url.searchParams.append("generation_id", id);
  send(url, "GET", null, (bytes) => {
    const body = JSON.parse(bytes);
    seen.push(body.status);
    if (["queued", "generating"].includes(body.status)) return poll(id);
    send(new URL(body.video.url), "GET", null, (clip, answer) => {
      console.log(JSON.stringify({ seen, type: answer.headers["content-type"], size: clip.length }));
    });
  });
}

const payload = {
  model: "pixverse/v5-5-image-to-video",
  prompt: "Zwei Möwen über dem Meer 🌊",
  image_url: "https://example.com/sea.jpg",
};
send(route, "POST", payload, (bytes) => {
  const created = JSON.parse(bytes);
  seen.push(created.status);
  poll(created.id);
});
