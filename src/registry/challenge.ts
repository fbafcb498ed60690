// Reads and writes WWW-Authenticate challenges; RFC 9110 sections 5.6 and 11.
//
//   header    = [ challenge ] *( OWS "," OWS [ challenge ] )
//   challenge = scheme [ 1*SP ( token68 / [ param ] *( OWS "," OWS [ param ] ) ) ]
//   param     = token BWS "=" BWS ( token / quoted-string )
import { RemoteError } from "../base/errors.ts";

/** Node's own limit on all headers of a reply is 16 KiB; half of it for one header is more than any registry sends. */
const maxHeaderLength = 8192;

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quotedString = /"(?:[\t !#-[\]-~\u0080-\u00ff]|\\[\t -~\u0080-\u00ff])*"/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const parameterName = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*/y;
const blanks = /[ \t]*/y;
const separators = /[ \t,]*/y;

/** One way to authenticate that a server offers. */
export interface Challenge {
  /** Lower case, such as `bearer` or `basic`. */
  readonly scheme: string;
  /** Names in lower case, values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The one unnamed value that schemes such as Negotiate carry instead of parameters. */
  readonly token68?: string;
}

/**
 * Reads all challenges of a reply, in the order in which they were sent; an absent or empty header has none.
 * @param header the header's value, or all of them when it was sent more than once
 * @throws RemoteError REGISTRY_CHALLENGE_INVALID when any of it is not a challenge
 */
export function parseChallenges(header: string | readonly string[] | undefined): Challenge[] {
  const values = header === undefined ? [] : typeof header === "string" ? [header] : header;
  return values.flatMap((value) => new ChallengeReader(value).readAll());
}

/** Writes one challenge; parseChallenges reads an equal one back. Values must be Latin-1 without line breaks. */
export function formatChallenge(challenge: Challenge): string {
  if (challenge.token68 !== undefined) return `${challenge.scheme} ${challenge.token68}`;
  const parameters = [...challenge.parameters].map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`);
  return [challenge.scheme, parameters.join(",")].filter((part) => part !== "").join(" ");
}

class ChallengeReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    if (text.length > maxHeaderLength) throw invalid(maxHeaderLength, `at most ${maxHeaderLength} characters`);
    this.#text = text.trim();
  }

  readAll(): Challenge[] {
    const challenges: Challenge[] = [];
    this.#take(separators);
    while (!this.#isAtEnd()) challenges.push(this.#readChallenge());
    return challenges;
  }

  #readChallenge(): Challenge {
    const scheme = this.#take(token)?.toLowerCase();
    if (scheme === undefined) throw invalid(this.#position, "the name of an authentication scheme");
    const gap = this.#take(blanks);
    if (this.#isAtEnd() || this.#isAtComma()) return this.#endChallenge({ scheme, parameters: new Map() });
    if (gap === "") throw invalid(this.#position, "a blank after the scheme");
    const unnamed = this.#take(token68);
    if (unnamed !== undefined) return this.#endChallenge({ scheme, parameters: new Map(), token68: unnamed });
    return { scheme, parameters: this.#readParameters() };
  }

  #endChallenge(challenge: Challenge): Challenge {
    this.#take(separators);
    return challenge;
  }

  #readParameters(): Map<string, string> {
    const parameters = new Map<string, string>();
    for (let name = this.#takeName(); name !== undefined; name = this.#takeName()) {
      if (parameters.has(name)) throw invalid(this.#position, "each parameter once");
      parameters.set(name, this.#readValue());
      this.#take(blanks);
      if (this.#isAtEnd()) break;
      if (!this.#isAtComma()) throw invalid(this.#position, "a comma between parameters");
      this.#take(separators);
    }
    if (parameters.size === 0) throw invalid(this.#position, "NAME=VALUE");
    return parameters;
  }

  #readValue(): string {
    const quoted = this.#take(quotedString);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/gs, "$1");
    const value = this.#take(token);
    if (value === undefined) throw invalid(this.#position, "a token or a quoted string");
    return value;
  }

  #takeName(): string | undefined {
    parameterName.lastIndex = this.#position;
    const match = parameterName.exec(this.#text);
    if (match === null) return undefined;
    this.#position = parameterName.lastIndex;
    return match[1]?.toLowerCase();
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#position = pattern.lastIndex;
    return match?.[0];
  }

  #isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  #isAtComma(): boolean {
    return this.#text[this.#position] === ",";
  }
}

function invalid(position: number, expected: string): RemoteError {
  return new RemoteError(
    "REGISTRY_CHALLENGE_INVALID",
    `authentication challenge cannot be read at character ${position + 1}, expected ${expected}`,
    {
      hint: "the registry, or a proxy in front of it, sends a malformed WWW-Authenticate header",
    },
  );
}
