import type { Option } from "./option.ts";

/** How this server behaves, and how it reaches the network. */
export const SERVER_OPTIONS = {
  interactive: {
    common: true,
    env: ["FLYTE_MCP_INTERACTIVE"],
    file: [],
    describe:
      "`auto`, or `never` where nobody can log in; `never` unless set when CI is true",
  },
  openBrowser: {
    env: ["FLYTE_MCP_OPEN_BROWSER"],
    file: [],
    describe: "Open the browser login's page by itself (needs --allow-run)",
  },
  tokenStore: {
    env: ["FLYTE_MCP_TOKEN_STORE"],
    file: [],
    describe:
      "Where logins are kept: an absolute path of a folder, or `memory`, so that each process logs in for itself; unset, a folder of this program's own, as the platform has it",
  },
  keychain: {
    env: ["FLYTE_MCP_KEYCHAIN"],
    file: [],
    describe:
      "Use the login that the Flyte CLI keeps in the platform's keychain, while its token is valid (needs --allow-run)",
  },
  disableKeyring: {
    env: ["FLYTE_MCP_DISABLE_KEYRING", "FLYTE_ADMIN_DISABLEKEYRING"],
    file: ["admin.disableKeyring"],
    describe: "Keep no login outside of this process",
  },
  caCert: {
    common: true,
    env: [
      ...["FLYTE_MCP_CA_CERT", "FLYTE_CA_CERT", "FLYTE_ADMIN_CACERTFILEPATH"],
      "FLYTE_PLATFORM_CA_CERT_FILE_PATH",
    ],
    file: ["admin.caCertFilePath"],
    describe:
      "Path of a PEM file with the private CA, for Flyte and the issuer",
  },
  insecureSkipVerify: {
    env: [
      ...["FLYTE_MCP_INSECURE_SKIP_VERIFY", "FLYTE_ADMIN_INSECURESKIPVERIFY"],
      "FLYTE_PLATFORM_INSECURE_SKIP_VERIFY",
    ],
    file: ["admin.insecureSkipVerify"],
    describe:
      "Not done here: a certificate that is not trusted is answered with the Deno flag that does it",
  },
  trustedClusters: {
    env: ["FLYTE_MCP_TRUSTED_CLUSTERS"],
    file: [],
    describe:
      "Hosts, besides the endpoint's, that Flyte may name as its clusters: calls for inputs, outputs, logs and secrets go there by https, with the token",
  },
  maxWait: {
    env: ["FLYTE_MCP_MAX_WAIT"],
    file: [],
    describe:
      "Seconds, 1 to 45, that wait_for_run waits at most; less where a host cuts calls off sooner",
  },
  maxResultBytes: {
    env: ["FLYTE_MCP_MAX_RESULT_BYTES"],
    file: [],
    describe:
      "Bytes, 6144 to 65536, that the result of a tool may have; 20480 unless set. What does not fit is a page further on, or named",
  },
  httpProxyUrl: {
    env: [
      ...["FLYTE_MCP_HTTP_PROXY_URL", "FLYTE_ADMIN_HTTPPROXYURL"],
      "FLYTE_PLATFORM_HTTP_PROXY_URL",
    ],
    file: ["admin.httpProxyURL"],
    mayHoldSecret: true,
    describe:
      "Proxy for Flyte and the issuer, such as `http://user:password@proxy.example.com:3128`; unset, HTTPS_PROXY and HTTP_PROXY count; NO_PROXY always does",
  },
} as const satisfies Record<string, Option>;
