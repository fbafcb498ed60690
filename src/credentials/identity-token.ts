// The user name with which Docker's clients mark an OAuth refresh token; OpenTofu refuses such a login.

export const identityTokenUsername = "<token>";
