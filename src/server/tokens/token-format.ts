// How our tokens look: a prefix that tells secret scanners whose it is, 256 random bits, a checksum that finds typing errors
// and lets a wrong token be refused without asking the database.
//
//   token = ( "scalroci_at_" / "scalroci_rt_" ) 43base64url 6base62
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "../../base/secret.ts";
import type { TokenKind } from "../store/store.ts";

const prefixes: Record<TokenKind, string> = { access: "scalroci_at_", run: "scalroci_rt_" };
const randomByteCount = 32;
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^6 is more than 2^32. */
const checksumLength = 6;
const grammar = /^(?<body>scalroci_(?:at|rt)_[A-Za-z0-9_-]{43})(?<checksum>[0-9A-Za-z]{6})$/;

export function createToken(kind: TokenKind): Secret {
  const body = `${prefixes[kind]}${randomBytes(randomByteCount).toString("base64url")}`;
  return new Secret(`${body}${checksumOf(body)}`);
}

/** True for what createToken could have made. */
export function isToken(text: string): boolean {
  const parts = grammar.exec(text)?.groups;
  return parts?.["body"] !== undefined && checksumOf(parts["body"]) === parts["checksum"];
}

/** What is stored of a token: SHA-256, 64 hex digits. A slow hash protects weak passwords; 256 random bits need none. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = "";
  for (let place = 0; place < checksumLength; place += 1) {
    text = `${base62[rest % base62.length] ?? ""}${text}`;
    rest = Math.floor(rest / base62.length);
  }
  return text;
}
