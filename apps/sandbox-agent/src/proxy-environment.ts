import { existsSync } from "node:fs";

/** The machine's certificates, with which a company may have signed its registries' anew; Node and Python bring their own. */
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/** What programs look at to find a proxy. Each of them has its own names for it; Java and Gradle read none of the common ones. */
export function proxyEnvironment(port: number): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  const direct = "localhost,127.0.0.1,::1";
  const java = ["http", "https"].map((kind) => `-D${kind}.proxyHost=127.0.0.1 -D${kind}.proxyPort=${port}`).join(" ");
  return {
    ...{ HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, NO_PROXY: direct },
    ...{ http_proxy: url, https_proxy: url, all_proxy: url, no_proxy: direct },
    ...{ npm_config_proxy: url, npm_config_https_proxy: url, npm_config_noproxy: direct },
    ...{ YARN_HTTP_PROXY: url, YARN_HTTPS_PROXY: url, CARGO_HTTP_PROXY: url },
    ...{ MAVEN_OPTS: java, GRADLE_OPTS: java, NODE_USE_ENV_PROXY: "1" },
    ...(existsSync(certificates) && certificateEnvironment),
  };
}

const certificateEnvironment = {
  NODE_EXTRA_CA_CERTS: certificates,
  PIP_CERT: certificates,
  REQUESTS_CA_BUNDLE: certificates,
  SSL_CERT_FILE: certificates,
  CARGO_HTTP_CAINFO: certificates,
};
