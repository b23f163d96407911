import { z } from "zod";

const keyOf = (provider: string) => z.string().min(1).optional().describe(`${provider}'s models for every workspace of this installation.`);

/** The operator's keys of providers that need nothing but a key. */
export const providerKeyVariables = {
  GEMINI_API_KEY: keyOf("Google Gemini"),
  XAI_API_KEY: keyOf("xAI"),
  MISTRAL_API_KEY: keyOf("Mistral"),
  DEEPSEEK_API_KEY: keyOf("DeepSeek"),
  GROQ_API_KEY: keyOf("Groq"),
  TOGETHER_API_KEY: keyOf("Together AI"),
  FIREWORKS_API_KEY: keyOf("Fireworks AI"),
  CEREBRAS_API_KEY: keyOf("Cerebras"),
  OPENROUTER_API_KEY: keyOf("OpenRouter"),
  PERPLEXITY_API_KEY: keyOf("Perplexity"),
  COHERE_API_KEY: keyOf("Cohere"),
  MOONSHOT_API_KEY: keyOf("Moonshot AI"),
  ZAI_API_KEY: keyOf("Z.AI"),
  DASHSCOPE_API_KEY: keyOf("Alibaba Cloud (Qwen)"),
  MINIMAX_API_KEY: keyOf("MiniMax"),
  NVIDIA_API_KEY: keyOf("NVIDIA"),
  SAMBANOVA_API_KEY: keyOf("SambaNova"),
  DEEPINFRA_API_KEY: keyOf("DeepInfra"),
  HF_TOKEN: keyOf("Hugging Face"),
  GITHUB_MODELS_TOKEN: keyOf("GitHub Models"),
  AI_GATEWAY_API_KEY: keyOf("Vercel AI Gateway"),
};
