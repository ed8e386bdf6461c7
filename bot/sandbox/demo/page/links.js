/** Which addresses the phone may open, and which of them are places on this very page. */

const SAFE = new Set(["http:", "https:", "tg:"]);

/** The whole address, when it is one that may be opened; "" for `javascript:` and its like. */
export function safeLink(written) {
  const bare = !String(written).includes("://");
  const address = parsed(written) ?? (bare ? parsed(`http://${written}`) : null);
  return address && SAFE.has(address.protocol) ? address.href : "";
}

/** "#provider" for a link to this page, by any of this machine's own names; else "". */
export function placeOnThisPage(url) {
  const { protocol, hostname, port, pathname, hash } = new URL(url);
  const here = hostname === location.hostname || (isLocal(hostname) && isLocal(location.hostname));
  const same = here && protocol === location.protocol && port === location.port;
  return same && pathname === location.pathname ? hash : "";
}

const isLocal = (host) => host === "localhost" || host === "[::1]" || host.startsWith("127.");

/** "example.com:80/x" has no scheme, however much it looks like one. */
function parsed(written) {
  if (/^[^/]*\.[^/]*:\d/.test(written)) return null;
  try {
    return new URL(written);
  } catch {
    return null;
  }
}
