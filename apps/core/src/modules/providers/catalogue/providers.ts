import type { ProviderField } from "../contract.ts";
import { anthropic } from "./anthropic-models.ts";
import type { CatalogueModel } from "./catalogue-model.ts";
import { azure, bedrock, foundry, openrouter, vercel, vertex } from "./cloud-models.ts";
import { cerebras, cloudflare, deepinfra, fireworks, githubModels, groq, huggingface, nvidia, together } from "./host-models.ts";
import { alibaba, cohere, deepseek, google, minimax, mistral, moonshot, perplexity, xai, zai } from "./lab-models.ts";
import { openai } from "./openai-models.ts";
import type { ProviderEntry, Quirks } from "./provider-entry.ts";

const region = (fallback: string): ProviderField => ({
  name: "region",
  label: "Region",
  placeholder: fallback,
  fallback,
  pattern: "^[a-z0-9-]{2,40}$",
});
const resource: ProviderField = {
  name: "resource",
  label: "Resource",
  placeholder: "my-resource",
  fallback: null,
  pattern: "^[A-Za-z0-9-]{2,64}$",
};

/** A server of the Chat Completions family with a list of its models, unless said otherwise. */
function chat(
  id: string,
  name: string,
  baseUrl: string,
  more: { env: readonly string[]; docs: string; models?: readonly CatalogueModel[]; quirks?: Quirks } & Partial<
    Pick<ProviderEntry, "fields" | "lists" | "key">
  >,
): ProviderEntry {
  const { env: keyEnv, docs: docsUrl, models = [], quirks = {}, fields = [], lists = true, key = "token" } = more;
  return { id, name, kind: "openai-compatible", baseUrl, fields, key, keyEnv, docsUrl, lists, models, quirks };
}

const none = { fields: [], quirks: {} } as const;

/** Every provider that is known by name. Addresses and key names are those of the providers' own documentation, as of 2026-11. */
export const providers: readonly ProviderEntry[] = [
  {
    ...none,
    id: "anthropic",
    name: "Anthropic",
    kind: "anthropic",
    baseUrl: null,
    key: "token",
    keyEnv: ["ANTHROPIC_API_KEY"],
    docsUrl: "https://platform.claude.com/settings/keys",
    lists: true,
    models: anthropic,
  },
  {
    ...none,
    id: "openai",
    name: "OpenAI",
    kind: "openai",
    baseUrl: null,
    key: "token",
    keyEnv: ["OPENAI_API_KEY"],
    docsUrl: "https://platform.openai.com/api-keys",
    lists: true,
    models: openai,
  },
  {
    id: "bedrock",
    name: "Amazon Bedrock",
    kind: "anthropic",
    transport: "bedrock",
    baseUrl: "https://bedrock-runtime.{region}.amazonaws.com",
    fields: [
      region("us-east-1"),
      {
        name: "accessKeyId",
        label: "Access key id (not with a Bedrock API key)",
        placeholder: "AKIA…",
        fallback: "",
        pattern: "^[A-Z0-9]{16,128}$",
      },
    ],
    key: "token",
    keyEnv: ["AWS_BEARER_TOKEN_BEDROCK", "AWS_SECRET_ACCESS_KEY"],
    docsUrl: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    lists: false,
    models: bedrock,
    quirks: {},
  },
  {
    id: "vertex",
    name: "Google Vertex AI",
    kind: "anthropic",
    transport: "vertex",
    baseUrl: "https://{region}-aiplatform.googleapis.com/v1",
    fields: [
      region("global"),
      { name: "project", label: "Project id", placeholder: "my-project", fallback: null, pattern: "^[a-z][a-z0-9:.-]{3,62}$" },
    ],
    key: "json",
    keyEnv: ["GOOGLE_APPLICATION_CREDENTIALS"],
    docsUrl: "https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude",
    lists: false,
    models: vertex,
    quirks: {},
  },
  {
    id: "foundry",
    name: "Microsoft Foundry (Claude)",
    kind: "anthropic",
    transport: "foundry",
    baseUrl: "https://{resource}.services.ai.azure.com/anthropic",
    fields: [resource],
    key: "token",
    keyEnv: ["ANTHROPIC_FOUNDRY_API_KEY"],
    docsUrl: "https://learn.microsoft.com/azure/ai-foundry/",
    lists: false,
    models: foundry,
    quirks: {},
  },
  {
    id: "azure",
    name: "Azure OpenAI",
    kind: "openai",
    transport: "azure",
    baseUrl: "https://{resource}.openai.azure.com/openai/v1",
    fields: [resource],
    key: "token",
    keyEnv: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
    docsUrl: "https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
    lists: true,
    models: azure,
    quirks: {},
  },
  chat("google", "Google Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", {
    env: ["GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    docs: "https://aistudio.google.com/apikey",
    models: google,
    quirks: {
      effort: true,
      listPrefix: "models/",
      unsignedCalls: { extraContent: { google: { thought_signature: "skip_thought_signature_validator" } }, notFor: "gemini-[12]" },
    },
  }),
  chat("xai", "xAI", "https://api.x.ai/v1", { env: ["XAI_API_KEY"], docs: "https://console.x.ai", models: xai }),
  chat("mistral", "Mistral", "https://api.mistral.ai/v1", {
    env: ["MISTRAL_API_KEY"],
    docs: "https://console.mistral.ai/api-keys",
    models: mistral,
    quirks: { shortCallIds: true, streamUsage: false },
  }),
  chat("deepseek", "DeepSeek", "https://api.deepseek.com", {
    env: ["DEEPSEEK_API_KEY"],
    docs: "https://platform.deepseek.com/api_keys",
    models: deepseek,
    quirks: { thoughtsField: "reasoning_content", schemaWithTools: false },
  }),
  chat("groq", "Groq", "https://api.groq.com/openai/v1", {
    env: ["GROQ_API_KEY"],
    docs: "https://console.groq.com/keys",
    models: groq,
    quirks: { maxTokensField: "max_completion_tokens", schemaWithTools: false },
  }),
  chat("together", "Together AI", "https://api.together.xyz/v1", {
    env: ["TOGETHER_API_KEY"],
    docs: "https://api.together.ai/settings/api-keys",
    models: together,
    // Its list is no {data: […]}, but the list itself.
    lists: false,
  }),
  chat("fireworks", "Fireworks AI", "https://api.fireworks.ai/inference/v1", {
    env: ["FIREWORKS_API_KEY"],
    docs: "https://app.fireworks.ai/settings/users/api-keys",
    models: fireworks,
  }),
  chat("cerebras", "Cerebras", "https://api.cerebras.ai/v1", {
    env: ["CEREBRAS_API_KEY"],
    docs: "https://cloud.cerebras.ai",
    models: cerebras,
    quirks: { maxTokensField: "max_completion_tokens", schemaWithTools: false },
  }),
  chat("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", {
    env: ["OPENROUTER_API_KEY"],
    docs: "https://openrouter.ai/settings/keys",
    models: openrouter,
    quirks: { effort: true },
  }),
  chat("perplexity", "Perplexity", "https://api.perplexity.ai", {
    env: ["PERPLEXITY_API_KEY"],
    docs: "https://www.perplexity.ai/settings/api",
    models: perplexity,
    lists: false,
    quirks: { toolChoice: false },
  }),
  chat("cohere", "Cohere", "https://api.cohere.ai/compatibility/v1", {
    env: ["COHERE_API_KEY", "CO_API_KEY"],
    docs: "https://dashboard.cohere.com/api-keys",
    models: cohere,
    lists: false,
    quirks: { toolChoice: false, schemaWithTools: false },
  }),
  chat("moonshot", "Moonshot AI (Kimi)", "https://api.moonshot.ai/v1", {
    env: ["MOONSHOT_API_KEY"],
    docs: "https://platform.moonshot.ai/console/api-keys",
    models: moonshot,
    quirks: { thoughtsField: "reasoning_content" },
  }),
  chat("zai", "Z.AI (GLM)", "https://api.z.ai/api/paas/v4", {
    env: ["ZAI_API_KEY", "ZHIPU_API_KEY"],
    docs: "https://z.ai/manage-apikey/apikey-list",
    models: zai,
    lists: false,
    quirks: { thoughtsField: "reasoning_content" },
  }),
  chat("alibaba", "Alibaba Cloud (Qwen)", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", {
    env: ["DASHSCOPE_API_KEY"],
    docs: "https://www.alibabacloud.com/help/en/model-studio/get-api-key",
    models: alibaba,
  }),
  chat("minimax", "MiniMax", "https://api.minimax.io/v1", {
    env: ["MINIMAX_API_KEY"],
    docs: "https://platform.minimax.io/user-center/basic-information/interface-key",
    models: minimax,
    lists: false,
  }),
  chat("nvidia", "NVIDIA", "https://integrate.api.nvidia.com/v1", {
    env: ["NVIDIA_API_KEY"],
    docs: "https://build.nvidia.com/settings/api-keys",
    models: nvidia,
  }),
  chat("sambanova", "SambaNova", "https://api.sambanova.ai/v1", {
    env: ["SAMBANOVA_API_KEY"],
    docs: "https://cloud.sambanova.ai/apis",
  }),
  chat("deepinfra", "DeepInfra", "https://api.deepinfra.com/v1/openai", {
    env: ["DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"],
    docs: "https://deepinfra.com/dash/api_keys",
    models: deepinfra,
  }),
  chat("huggingface", "Hugging Face", "https://router.huggingface.co/v1", {
    env: ["HF_TOKEN"],
    docs: "https://huggingface.co/settings/tokens",
    models: huggingface,
  }),
  chat("github-models", "GitHub Models", "https://models.github.ai/inference", {
    env: ["GITHUB_MODELS_TOKEN"],
    docs: "https://github.com/settings/personal-access-tokens",
    models: githubModels,
    lists: false,
  }),
  chat("vercel", "Vercel AI Gateway", "https://ai-gateway.vercel.sh/v1", {
    env: ["AI_GATEWAY_API_KEY"],
    docs: "https://vercel.com/docs/ai-gateway/authentication",
    models: vercel,
  }),
  chat("cloudflare", "Cloudflare Workers AI", "https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1", {
    env: ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"],
    docs: "https://developers.cloudflare.com/workers-ai/get-started/rest-api/",
    models: cloudflare,
    lists: false,
    fields: [{ name: "account", label: "Account id", placeholder: "32 hexadecimal digits", fallback: null, pattern: "^[0-9a-f]{32}$" }],
  }),
  chat("ollama", "Ollama", "http://localhost:11434/v1", { env: [], docs: "https://ollama.com/download", key: "none" }),
  chat("lmstudio", "LM Studio", "http://localhost:1234/v1", { env: [], docs: "https://lmstudio.ai/docs/app/api", key: "none" }),
  chat("vllm", "vLLM", "http://localhost:8000/v1", {
    env: [],
    docs: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    key: "none",
  }),
  chat("llamacpp", "llama.cpp", "http://localhost:8080/v1", {
    env: [],
    docs: "https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
    key: "none",
    quirks: { toolChoice: false },
  }),
  chat("openai-compatible", "Another OpenAI-compatible server", "", { env: ["OPENAI_API_KEY"], docs: "", key: "none" }),
];
