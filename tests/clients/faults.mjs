// Asks each URL of its arguments with Node's fetch. Prints what came of each as one line of JSON: the error's message and
// its cause's code, or the body.
const seen = [];
for (const argument of process.argv.slice(2)) {
  const [url, timeout] = argument.split(" ");
  let started = "no head";
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(Number(timeout)) });
    started = answer.status;
    seen.push({ started, body: await answer.text() });
  } catch (error) {
    seen.push({ started, message: error.name === "TimeoutError" ? error.name : error.message, code: error.cause?.code });
  }
}
console.log(JSON.stringify(seen));
