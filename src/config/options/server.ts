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
      "Where logins are kept: `memory`, so each process logs in for itself",
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
  httpProxyUrl: {
    env: [
      ...["FLYTE_MCP_HTTP_PROXY_URL", "FLYTE_ADMIN_HTTPPROXYURL"],
      "FLYTE_PLATFORM_HTTP_PROXY_URL",
    ],
    file: ["admin.httpProxyURL"],
    describe:
      "Proxy for Flyte and the issuer; unset, HTTPS_PROXY, HTTP_PROXY and NO_PROXY count",
  },
} as const satisfies Record<string, Option>;
