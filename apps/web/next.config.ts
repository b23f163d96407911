import path from "node:path";
import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_BUILD } from "next/constants";

const root = path.join(import.meta.dirname, "../..");

// The build loads every route's module, and those read the environment when they are loaded. Nothing of this
// is kept: the server that starts later parses its own environment and refuses to run without it.
const placeholders = {
  DATABASE_URL: "postgresql://build.invalid/build",
  SECRETS_KEY: "0".repeat(64),
  AUTH_SECRET: "build".repeat(8),
  INTERNAL_SECRET: "build".repeat(8),
};

// Next and next-themes write inline scripts; the highlighter compiles WebAssembly; development evaluates what it reloads.
function contentSecurityPolicy(isDevelopment: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const securityHeaders = [
  { key: "Strict-Transport-Security", value: "max-age=15552000" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
];

export default function config(phase: string): NextConfig {
  if (phase === PHASE_PRODUCTION_BUILD) {
    for (const [name, value] of Object.entries(placeholders)) process.env[name] ??= value;
  }
  return {
    output: "standalone",
    outputFileTracingRoot: root,
    turbopack: { root },
    transpilePackages: ["@opencode/core", "@opencode/prisma", "@opencode/emails"],
    serverExternalPackages: ["@anthropic-ai/sandbox-runtime", "@kubernetes/client-node", "dockerode", "pg", "pino", "nodemailer"],
    // Types are checked once, for all rooms together, by the test command.
    typescript: { ignoreBuildErrors: true },
    poweredByHeader: false,
    reactStrictMode: true,
    headers: async () => [
      { source: "/:path*", headers: securityHeaders },
      // Routes answer with data, or bring their own policy.
      {
        source: "/((?!api/).*)",
        headers: [{ key: "Content-Security-Policy", value: contentSecurityPolicy(phase === PHASE_DEVELOPMENT_SERVER) }],
      },
    ],
  };
}
