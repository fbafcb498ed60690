// jest transformer: erases TypeScript types with Node's own parser, keeping every position.
import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";

export default {
  canInstrument: false,
  getCacheKey: (text, path) => createHash("sha1").update(`${text}\0${path}\0${process.version}`).digest("hex"),
  process: (text) => ({ code: stripTypeScriptTypes(text) }),
};
