import { type CatalogueModel, row } from "./catalogue-model.ts";

/**
 * Open models at those who host them. Dollars a million tokens: [input, output, cache read, cache write]. Source: the public
 * list models.dev (providers/…), as of 2026-07-01. The first model of a provider is taken when nobody names one.
 */
export const groq: readonly CatalogueModel[] = [
  row("openai/gpt-oss-120b", "GPT OSS 120B", 131_072, 65_536, [0.15, 0.6, 0.075], "trs"),
  row("openai/gpt-oss-20b", "GPT OSS 20B", 131_072, 65_536, [0.075, 0.3, 0.0375], "trs"),
  row("qwen/qwen3-32b", "Qwen3-32B", 131_072, 40_960, [0.29, 0.59], "tr"),
  row("meta-llama/llama-4-scout-17b-16e-instruct", "Llama 4 Scout 17B 16E", 131_072, 8_192, [0.11, 0.34], "tis"),
  row("llama-3.3-70b-versatile", "Llama 3.3 70B", 131_072, 32_768, [0.59, 0.79], "t"),
  row("openai/gpt-oss-safeguard-20b", "Safety GPT OSS 20B", 131_072, 65_536, [0.075, 0.3], "trs"),
  row("llama-3.1-8b-instant", "Llama 3.1 8B", 131_072, 131_072, [0.05, 0.08], "t"),
];

export const together: readonly CatalogueModel[] = [
  row("zai-org/GLM-5.2", "GLM-5.2", 262_144, 164_000, [1.4, 4.4, 0.26], "trs"),
  row("moonshotai/Kimi-K2.7-Code", "Kimi K2.7 Code", 262_144, 131_072, [0.95, 4, 0.19], "trs"),
  row("MiniMaxAI/MiniMax-M3", "MiniMax-M3", 524_288, 250_000, [0.3, 1.2, 0.06], "tirs"),
  row("nvidia/nemotron-3-ultra-550b-a55b", "Nemotron 3 Ultra 550B A55B", 512_300, 512_300, [0.6, 3.6, 0.2], "trs"),
  row("Qwen/Qwen3.7-Max", "Qwen3.7 Max", 1_000_000, 500_000, [1.25, 3.75], "t"),
  row("Qwen/Qwen3.6-Plus", "Qwen3.6 Plus", 1_000_000, 500_000, [0.5, 3], "tr"),
  row("deepseek-ai/DeepSeek-V4-Pro", "DeepSeek V4 Pro", 512_000, 384_000, [1.74, 3.48, 0.2], "trs"),
  row("moonshotai/Kimi-K2.6", "Kimi K2.6", 262_144, 131_000, [1.2, 4.5, 0.2], "tirs"),
  row("google/gemma-4-31B-it", "Gemma 4 31B Instruct", 262_144, 131_072, [0.39, 0.97], "tirs"),
  row("zai-org/GLM-5.1", "GLM-5.1", 202_752, 131_072, [1.4, 4.4], "trs"),
  row("MiniMaxAI/MiniMax-M2.7", "MiniMax-M2.7", 202_752, 131_072, [0.3, 1.2, 0.06], "trs"),
  row("Qwen/Qwen3.5-9B", "Qwen3.5 9B", 262_144, 65_536, [0.17, 0.25], "tirs"),
  row("Qwen/Qwen3.5-397B-A17B", "Qwen3.5 397B A17B", 262_144, 130_000, [0.6, 3.6], "tir"),
  row("zai-org/GLM-5", "GLM-5", 202_752, 131_072, [1, 3.2], "trs"),
];

export const fireworks: readonly CatalogueModel[] = [
  row("accounts/fireworks/models/glm-5p2", "GLM 5.2", 1_048_575, 131_072, [1.4, 4.4, 0.26], "tr"),
  row("accounts/fireworks/models/kimi-k2p7-code", "Kimi K2.7 Code", 262_000, 262_000, [0.95, 4, 0.19], "tir"),
  row("accounts/fireworks/models/minimax-m3", "MiniMax-M3", 512_000, 512_000, [0.3, 1.2, 0.06], "tr"),
  row("accounts/fireworks/models/qwen3p7-plus", "Qwen 3.7 Plus", 262_144, 65_536, [0.4, 1.6, 0.08], "tir"),
  row("accounts/fireworks/models/deepseek-v4-flash", "DeepSeek V4 Flash", 1_000_000, 384_000, [0.14, 0.28, 0.028], "trs"),
  row("accounts/fireworks/models/deepseek-v4-pro", "DeepSeek V4 Pro", 1_000_000, 384_000, [1.74, 3.48, 0.145], "trs"),
  row("accounts/fireworks/models/kimi-k2p6", "Kimi K2.6", 262_000, 262_000, [0.95, 4, 0.16], "tir"),
  row("accounts/fireworks/models/minimax-m2p7", "MiniMax-M2.7", 196_608, 196_608, [0.3, 1.2, 0.06], "tr"),
  row("accounts/fireworks/models/glm-5p1", "GLM 5.1", 202_800, 131_072, [1.4, 4.4, 0.26], "tr"),
  row("accounts/fireworks/models/gpt-oss-120b", "GPT OSS 120B", 131_072, 32_768, [0.15, 0.6, 0.015], "tr"),
  row("accounts/fireworks/models/gpt-oss-20b", "GPT OSS 20B", 131_072, 32_768, [0.07, 0.3, 0.035], "tr"),
];

export const cerebras: readonly CatalogueModel[] = [
  row("gpt-oss-120b", "GPT OSS 120B", 131_072, 40_960, [0.35, 0.75], "trs"),
  row("zai-glm-4.7", "Z.AI GLM-4.7", 131_072, 40_960, [2.25, 2.75], "trs"),
];

export const nvidia: readonly CatalogueModel[] = [
  row("nvidia/nemotron-3-ultra-550b-a55b", "Nemotron 3 Ultra 550B A55B", 1_000_000, 65_536, [0.5, 2.5, 0.15], "trs"),
  row("minimaxai/minimax-m3", "MiniMax-M3", 1_000_000, 16_384, null, "tir"),
  row("stepfun-ai/step-3.7-flash", "Step 3.7 Flash", 256_000, 16_384, null, "tir"),
  row("deepseek-ai/deepseek-v4-flash", "DeepSeek V4 Flash", 1_048_576, 393_216, [0.14, 0.28, 0.0028], "trs"),
  row("deepseek-ai/deepseek-v4-pro", "DeepSeek V4 Pro", 1_048_576, 393_216, [0.435, 0.87, 0.003625], "trs"),
  row("moonshotai/kimi-k2.6", "Kimi K2.6", 262_144, 262_144, null, "tirs"),
  row("google/gemma-4-31b-it", "Gemma-4-31B-IT", 256_000, 16_384, null, "tir"),
  row("z-ai/glm-5.1", "GLM-5.1", 131_072, 131_072, null, "trs"),
  row("minimaxai/minimax-m2.7", "MiniMax-M2.7", 204_800, 131_072, null, "tr"),
  row("mistralai/mistral-small-4-119b-2603", "mistral-small-4-119b-2603", 128_000, 8_192, null, "tirs"),
];

export const deepinfra: readonly CatalogueModel[] = [
  row("zai-org/GLM-5.2", "GLM-5.2", 1_048_576, 32_768, [0.95, 3, 0.18], "trs"),
  row("moonshotai/Kimi-K2.7-Code", "Kimi K2.7 Code", 262_144, 262_144, [0.74, 3.5, 0.15], "tirs"),
  row("deepseek-ai/DeepSeek-V4-Flash", "DeepSeek V4 Flash", 1_048_576, 16_384, [0.1, 0.2, 0.02], "trs"),
  row("deepseek-ai/DeepSeek-V4-Pro", "DeepSeek V4 Pro", 1_048_576, 16_384, [1.3, 2.6, 0.1], "trs"),
  row("XiaomiMiMo/MiMo-V2.5-Pro", "MiMo-V2.5-Pro", 1_048_576, 16_384, [1, 3, 0.2], "tr", [256_000, [2, 6, 0.4]]),
  row("XiaomiMiMo/MiMo-V2.5", "MiMo-V2.5", 262_144, 16_384, [0.4, 2, 0.08], "tir", [256_000, [0.8, 4, 0.16]]),
  row("moonshotai/Kimi-K2.6", "Kimi K2.6", 262_144, 16_384, [0.75, 3.5, 0.15], "tirs"),
  row("zai-org/GLM-5.1", "GLM-5.1", 202_752, 16_384, [1.05, 3.5, 0.205], "trs"),
  row("google/gemma-4-26B-A4B-it", "Gemma 4 26B A4B IT", 262_144, 32_768, [0.07, 0.34], "tirs"),
  row("google/gemma-4-31B-it", "Gemma 4 31B IT", 262_144, 32_768, [0.13, 0.38], "tirs"),
  row("Qwen/Qwen3.6-35B-A3B", "Qwen3.6 35B A3B", 262_144, 81_920, [0.15, 0.95], "tir"),
  row("MiniMaxAI/MiniMax-M2.5", "MiniMax M2.5", 196_608, 131_072, [0.15, 1.15, 0.03, 0.375], "tr"),
  row("zai-org/GLM-5", "GLM-5", 202_752, 16_384, [0.6, 2.08, 0.12], "tr"),
  row("Qwen/Qwen3.5-35B-A3B", "Qwen 3.5 35B A3B", 262_144, 81_920, [0.14, 1, 0.05], "tir"),
];

export const huggingface: readonly CatalogueModel[] = [
  row("zai-org/GLM-5.2", "GLM-5.2", 262_144, 131_072, [1.4, 4.4], "trs"),
  row("moonshotai/Kimi-K2.7-Code", "Kimi K2.7 Code", 262_144, 262_144, [0.95, 4], "tirs"),
  row("MiniMaxAI/MiniMax-M3", "MiniMax-M3", 524_288, 128_000, [0.3, 1.2], "tirs"),
  row("stepfun-ai/Step-3.7-Flash", "Step 3.7 Flash", 262_144, 256_000, [0.2, 1.15], "tir"),
  row("deepseek-ai/DeepSeek-V4-Flash", "DeepSeek V4 Flash", 1_048_576, 384_000, [0.14, 0.28], "trs"),
  row("deepseek-ai/DeepSeek-V4-Pro", "DeepSeek V4 Pro", 1_048_576, 393_216, [0.435, 0.87, 0.003625], "trs"),
  row("Qwen/Qwen3.6-27B", "Qwen3.6 27B", 262_144, 65_536, [0.47, 3.19], "tirs"),
  row("XiaomiMiMo/MiMo-V2.5-Pro", "MiMo-V2.5-Pro", 1_048_576, 131_072, [1, 3], "trs"),
  row("moonshotai/Kimi-K2.6", "Kimi-K2.6", 262_144, 262_144, [0.95, 4, 0.16], "tir"),
  row("Qwen/Qwen3.6-35B-A3B", "Qwen3.6 35B-A3B", 262_144, 65_536, [0.15, 0.95], "tirs"),
  row("zai-org/GLM-5.1", "GLM-5.1", 202_752, 131_072, [1, 3.2, 0.2], "tr"),
  row("google/gemma-4-26B-A4B-it", "Gemma 4 26B A4B IT", 262_144, 32_768, [0.13, 0.4], "tirs"),
];

export const cloudflare: readonly CatalogueModel[] = [
  row("@cf/zai-org/glm-5.2", "Glm 5.2", 262_144, 262_144, [1.4, 4.4, 0.26], "trs"),
  row("@cf/moonshotai/kimi-k2.7-code", "Kimi K2.7 Code", 262_144, 262_144, [0.95, 4, 0.19], "tirs"),
  row("@cf/moonshotai/kimi-k2.6", "Kimi K2.6", 262_144, 256_000, [0.95, 4, 0.16], "tirs"),
  row("@cf/google/gemma-4-26b-a4b-it", "Gemma 4 26B A4B IT", 256_000, 16_384, [0.1, 0.3], "tirs"),
  row("@cf/nvidia/nemotron-3-120b-a12b", "Nemotron 3 Super 120B", 256_000, 256_000, [0.5, 1.5], "trs"),
  row("@cf/zai-org/glm-4.7-flash", "GLM-4.7-Flash", 131_072, 131_072, [0.0605, 0.4], "trs"),
  row("@cf/ibm-granite/granite-4.0-h-micro", "Granite 4.0 H Micro", 131_000, 131_000, [0.017, 0.112], "t"),
  row("@cf/openai/gpt-oss-120b", "GPT OSS 120B", 128_000, 16_384, [0.35, 0.75], "trs"),
  row("@cf/openai/gpt-oss-20b", "GPT OSS 20B", 128_000, 16_384, [0.2, 0.3], "trs"),
  row("@cf/qwen/qwen3-30b-a3b-fp8", "Qwen3 30B A3b fp8", 32_768, 32_768, [0.0509, 0.335], "tr"),
];

export const githubModels: readonly CatalogueModel[] = [
  row("openai/gpt-4.1", "GPT-4.1", 128_000, 16_384, null, "ti"),
  row("openai/gpt-4.1-mini", "GPT-4.1-mini", 128_000, 16_384, null, "ti"),
  row("mistral-ai/mistral-medium-2505", "Mistral Medium 3 (25.05)", 128_000, 32_768, null, "tir"),
  row("deepseek/deepseek-v3-0324", "DeepSeek-V3-0324", 128_000, 8_192, null, "tr"),
  row("deepseek/deepseek-r1-0528", "DeepSeek-R1-0528", 65_536, 8_192, null, "tr"),
  row("meta/llama-3.3-70b-instruct", "Llama-3.3-70B-Instruct", 128_000, 32_768, null, "tr"),
  row("xai/grok-3", "Grok 3", 128_000, 8_192, null, "tr"),
  row("cohere/cohere-command-a", "Cohere Command A", 128_000, 4_096, null, "tr"),
];
