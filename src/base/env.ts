// The environment table: every variable this package reads, and the only place that reads `process.env`.

/** A snapshot of environment variables; handed down as an argument from the executables. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentVariable {
  readonly name: string;
  readonly meaning: string;
  readonly secret: boolean;
}

/** What the documentation of the environment is generated from, in the order of a reader's interest. */
export const environmentTable: readonly EnvironmentVariable[] = [
  { name: "SCALR_HOSTNAME", meaning: "HOST[:PORT] of the management API", secret: false },
  { name: "SCALR_TOKEN", meaning: "management token of the API", secret: true },
  { name: "SCALR_OCI_TOKEN", meaning: "run token: reads exported credentials during one run", secret: true },
  {
    name: "SCALR_OCI_USERNAME_<host>",
    meaning: "user name for one registry; `.` and `:` become `_`, `-` becomes `__`",
    secret: false,
  },
  { name: "SCALR_OCI_PASSWORD_<host>", meaning: "password for one registry, spelled the same way", secret: true },
  {
    name: "SCALR_OCI_AUTH_FILE",
    meaning: "Docker auth file with the logins of one run; `scalr-oci exec` sets it for its command",
    secret: false,
  },
  {
    name: "SCALR_OCI_CONFIG",
    meaning:
      "the configuration that chooses sources of logins by host; config.json or config.toml in ~/.config/scalr-oci unless set",
    secret: false,
  },
  {
    name: "SCALR_OCI_KEYCHAIN",
    meaning:
      "keychain for new logins: `off`, `osxkeychain`, `secretservice`, `wincred` or `pass`; the desktop's unless set",
    secret: false,
  },
  {
    name: "SCALR_OCI_DELEGATED",
    meaning: "set for a credential helper that a rule names: which ones wait for its answer, so that none asks itself",
    secret: false,
  },
  {
    name: "DBUS_SESSION_BUS_ADDRESS",
    meaning: "where the desktop's keychain is reached on Linux; the socket `bus` in XDG_RUNTIME_DIR unless set",
    secret: false,
  },
  { name: "SCALR_OCI_NO_CACHE", meaning: "any value: the credential helper keeps no answer", secret: false },
  { name: "SCALR_OCI_KEY", meaning: "key-encryption key of the server, 32 bytes as base64 or hex", secret: true },
  { name: "SCALR_OCI_NODE", meaning: "the Node.js that the credential helper's launcher starts", secret: false },
  {
    name: "SCALR_OCI_NODE_CA",
    meaning: "what NODE_EXTRA_CA_CERTS named before the credential helper's launcher took it away",
    secret: false,
  },
  {
    name: "GITHUB_TOKEN",
    meaning: "in GitHub Actions (GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_ACTOR): the job's login for ghcr.io",
    secret: true,
  },
  {
    name: "CI_REGISTRY_PASSWORD",
    meaning: "in GitLab CI (GITLAB_CI, CI_REGISTRY, CI_REGISTRY_USER): the job's login for its registry",
    secret: true,
  },
  {
    name: "AWS_SECRET_ACCESS_KEY",
    meaning: "login for Amazon ECR, with AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN",
    secret: true,
  },
  {
    name: "AWS_PROFILE",
    meaning:
      "the same by a profile of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, ~/.aws unless set; AWS_DEFAULT_PROFILE after it",
    secret: false,
  },
  {
    name: "AWS_WEB_IDENTITY_TOKEN_FILE",
    meaning: "the same by web identity, with AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME",
    secret: false,
  },
  {
    name: "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    meaning:
      "the same in a task or pod, or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, with " +
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI",
    secret: true,
  },
  {
    name: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    meaning: "the same on a machine; AWS_EC2_METADATA_DISABLED switches it off",
    secret: false,
  },
  {
    name: "AZURE_CLIENT_SECRET",
    meaning: "login for Azure registries, with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_AUTHORITY_HOST",
    secret: true,
  },
  {
    name: "AZURE_FEDERATED_TOKEN_FILE",
    meaning: "file of a workload identity token, used in place of AZURE_CLIENT_SECRET",
    secret: false,
  },
  {
    name: "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    meaning: "address of the managed identity service, where it is another than the usual",
    secret: false,
  },
  {
    name: "GOOGLE_APPLICATION_CREDENTIALS",
    meaning: "file of Google credentials, for Google's registries",
    secret: false,
  },
  {
    name: "CLOUDSDK_CONFIG",
    meaning: "directory of gcloud's configuration; ~/.config/gcloud unless set",
    secret: false,
  },
  { name: "GCE_METADATA_HOST", meaning: "HOST[:PORT] of Google's metadata server, where it is another", secret: false },
  { name: "HTTPS_PROXY", meaning: "proxy for TLS connections, http://HOST:PORT", secret: true },
  { name: "NO_PROXY", meaning: "hosts that are reached without the proxy, separated by commas", secret: false },
  { name: "HOME", meaning: "the user's home; USERPROFILE on Windows", secret: false },
  {
    name: "XDG_STATE_HOME",
    meaning: "where the local store of logins and setup's record of its changes lie; ~/.local/state unless set",
    secret: false,
  },
  {
    name: "XDG_DATA_HOME",
    meaning: "where data and the provider's mirror lie; ~/.local/share unless set",
    secret: false,
  },
  { name: "XDG_CONFIG_HOME", meaning: "where configuration lies; ~/.config unless set", secret: false },
  {
    name: "TF_CLI_CONFIG_FILE",
    meaning: "CLI configuration file of OpenTofu and Terraform; also TERRAFORM_CONFIG",
    secret: false,
  },
  { name: "TF_DATA_DIR", meaning: "where OpenTofu keeps what it has installed; .terraform unless set", secret: false },
  { name: "TF_LOG_PROVIDER", meaning: "level of the provider's log lines, before TF_LOG", secret: false },
  { name: "TF_LOG", meaning: "level of log lines: trace, debug, info, warn, error or off", secret: false },
  {
    name: "TF_PLUGIN_MAGIC_COOKIE",
    meaning: "set by OpenTofu and Terraform, so that a provider knows that they started it",
    secret: false,
  },
  { name: "PLUGIN_PROTOCOL_VERSIONS", meaning: "plugin protocols that the host of a provider speaks", secret: false },
  { name: "PLUGIN_CLIENT_CERT", meaning: "certificate that the host of a provider will show, PEM", secret: false },
  {
    name: "PLUGIN_MIN_PORT",
    meaning: "first port on which a provider may listen; also PLUGIN_MAX_PORT",
    secret: false,
  },
  {
    name: "SOURCE_DATE_EPOCH",
    meaning: "time that a pushed module is annotated with, seconds since 1970; the commit's unless set",
    secret: false,
  },
  { name: "XDG_RUNTIME_DIR", meaning: "the user's files in memory, among them containers/auth.json", secret: false },
  { name: "TMPDIR", meaning: "where runs make their files when there is no memory file system", secret: false },
  { name: "PATH", meaning: "where commands are looked for", secret: false },
  {
    name: "SCALR_OCI_LOCK_REQUESTS",
    meaning: "set by scalr-oci lock: where a program of constructs writes which modules it wants",
    secret: false,
  },
  { name: "SSL_CERT_FILE", meaning: "PEM file of certificate authorities to trust beside the system's", secret: false },
  { name: "DOCKER_CONFIG", meaning: "directory of Docker's configuration; ~/.docker unless set", secret: false },
];

/** A copy of this process's variables as they are now. */
export function processEnvironment(): Environment {
  return { ...process.env };
}
