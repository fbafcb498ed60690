// TOML 1.1, https://toml.io; loaded only for a configuration in it, and without the library's other half.
export { parse as parseToml } from "smol-toml";
