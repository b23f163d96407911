interface Registry {
  readonly host: string;
  readonly why: string;
}

/** What a workspace's sandboxes reach in the mode "allowlist": where packages of the common languages come from, nothing one could write to without a key. */
export const registries: readonly Registry[] = [
  { host: "registry.npmjs.org", why: "npm packages" },
  { host: "registry.yarnpkg.com", why: "npm packages as yarn 1 names them" },
  { host: "nodejs.org", why: "headers of Node, for packages that compile" },
  { host: "pypi.org", why: "index of Python packages" },
  { host: "files.pythonhosted.org", why: "files of Python packages" },
  { host: "crates.io", why: "Rust packages" },
  { host: "index.crates.io", why: "index of Rust packages" },
  { host: "static.crates.io", why: "files of Rust packages" },
  { host: "static.rust-lang.org", why: "Rust toolchains" },
  { host: "proxy.golang.org", why: "Go modules" },
  { host: "sum.golang.org", why: "checksums of Go modules" },
  { host: "rubygems.org", why: "Ruby packages" },
  { host: "index.rubygems.org", why: "index of Ruby packages" },
  { host: "repo.maven.apache.org", why: "Java packages (Maven Central)" },
  { host: "repo1.maven.org", why: "Java packages (Maven Central's other name)" },
  { host: "plugins.gradle.org", why: "Gradle plugins" },
  { host: "services.gradle.org", why: "Gradle itself, for its wrapper" },
  { host: "repo.packagist.org", why: "index of PHP packages" },
  { host: "api.nuget.org", why: ".NET packages" },
  { host: "hex.pm", why: "Elixir packages" },
  { host: "repo.hex.pm", why: "files of Elixir packages" },
  { host: "pub.dev", why: "Dart packages" },
  { host: "deb.debian.org", why: "Debian packages" },
  { host: "security.debian.org", why: "Debian security updates" },
  { host: "archive.ubuntu.com", why: "Ubuntu packages" },
  { host: "security.ubuntu.com", why: "Ubuntu security updates" },
  { host: "dl-cdn.alpinelinux.org", why: "Alpine packages" },
];
