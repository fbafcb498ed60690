// How `exec` ends when it fails itself.

/** The same number as env(1), timeout(1) and docker run have. */
export const ownFailureCode = 125;
