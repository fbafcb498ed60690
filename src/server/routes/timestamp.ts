// Times on the wire; RFC 3339 in UTC.

export function toTimestamp(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
