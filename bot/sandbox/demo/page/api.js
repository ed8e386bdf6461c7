/** The page's calls to the demo. What the demo refuses, it says in words; those become the Error. */

/** @returns {Promise<any>} the JSON that came back */
export function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** @returns {Promise<any>} the JSON that came back */
export function get(path) {
  return call(path, {});
}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The demo does not answer. Is it still running?");
  }
  const text = await answer.text();
  const value = parsed(text);
  if (!answer.ok) {
    throw new Error(value?.error || `The demo answered ${answer.status}.`);
  }
  return value;
}

/** A proxy's or a server's own error page is not JSON; its status says enough. */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return null;
  }
}
