// jest's globalTeardown: takes away what temporary-directory.js made.
export { removeTemporaryDirectory as default } from "./temporary-directory.js";
