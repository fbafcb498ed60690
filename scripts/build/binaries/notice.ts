// What a package with a Bun binary has to say about the runtime inside.
import { bunVersion } from "./platforms.ts";

/** The runtime's package brings no licence texts, so this says what they are and where they and the sources lie. */
export const runtimeNotice = `This executable contains Bun ${bunVersion}, under the MIT licence, copyright its authors.

Bun contains JavaScriptCore, WTF and other parts of WebKit, under the GNU Library General Public License 2 and
the BSD licence, and further libraries, each under its own. Their list and licences:
  https://bun.com/docs/project/license
Sources of this version, also to link it anew with another WebKit:
  https://github.com/oven-sh/bun/tree/bun-v${bunVersion}
  https://github.com/oven-sh/WebKit
`;
