// What of a request may be written down. By allow-list: what is not known to be harmless is replaced.

const replacement = "[redacted]";

/** Query keys of the APIs that we call and serve; pre-signed blob URLs carry their signature in others. */
const harmlessQueryKeys: ReadonlySet<string> = new Set([
  "digest",
  "filter[name]",
  "last",
  "n",
  "page[number]",
  "page[size]",
  "scope",
  "service",
  "sort",
  "tag",
]);

/** The URL without user info and fragment, and with every query value replaced whose key is not on the list; `[redacted]` when it is no URL. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return replacement;
  const url = new URL(text);
  const pairs = [...url.searchParams].map(([key, value]) =>
    harmlessQueryKeys.has(key) ? `${key}=${encodeURIComponent(value)}` : replacement,
  );
  return `${url.protocol}//${url.host}${url.pathname}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}
