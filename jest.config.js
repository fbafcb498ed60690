// Tests run as native ES modules; test/support/strip-types.js takes the types out of the sources.
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/temporary-directory.js",
  globalTeardown: "<rootDir>/test/support/remove-temporary-directory.js",
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/build"],
  // Real programs start in many tests; on a busy machine the default of 5 s says nothing.
  testTimeout: 60_000,
};
