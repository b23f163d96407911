/**
 * Runs before each test file's imports: what `env()` needs. A test that sets one of these itself does so before it
 * imports what reads it.
 */
const defaults: Record<string, string> = {
  NODE_ENV: "test",
  SERVICE_NAME: "test",
  LOG_LEVEL: "error",
  SINGLE_MACHINE: "true",
  PUBLIC_URL: "http://localhost:21999",
  // Nobody serves it unless a test does.
  PREVIEW_URL: "http://localhost:21998",
  // Nothing listens here: a test that needs a database is an integration test and gets one.
  DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
  DATABASE_POOL_SIZE: "5",
  SECRETS_KEY: "0123456789abcdef".repeat(4),
  AUTH_SECRET: "test-auth-secret-test-auth-secret-0",
  INTERNAL_SECRET: "test-internal-secret-test-internal-0",
  INNGEST_DEV: "true",
  INNGEST_BASE_URL: "http://127.0.0.1:1",
  // No model is found by chance: a test names the stand-in that it speaks to.
  OLLAMA_BASE_URL: "http://127.0.0.1:1",
  DEMO_MODEL_DELAY_MS: "0",
};

for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
