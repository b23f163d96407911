import { type CatalogueModel, row } from "./catalogue-model.ts";

/**
 * Models at the laboratories that make them. Dollars a million tokens: [input, output, cache read, cache write]. Source: the public
 * list models.dev (providers/…), as of 2026-07-01. The first model of a provider is taken when nobody names one.
 */
export const google: readonly CatalogueModel[] = [
  row("gemini-3.5-flash", "Gemini 3.5 Flash", 1_048_576, 65_536, [1.5, 9, 0.15], "tirs"),
  row("gemini-3.1-flash-lite", "Gemini 3.1 Flash Lite", 1_048_576, 65_536, [0.25, 1.5, 0.025], "tirs"),
  row("gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview", 1_048_576, 65_536, [2, 12, 0.2], "tirs", [200_000, [4, 18, 0.4]]),
  row("gemini-3-flash-preview", "Gemini 3 Flash Preview", 1_048_576, 65_536, [0.5, 3, 0.05], "tirs"),
  row("gemini-flash-latest", "Gemini Flash Latest", 1_048_576, 65_536, [0.3, 2.5, 0.075], "tirs"),
  row("gemini-flash-lite-latest", "Gemini Flash-Lite Latest", 1_048_576, 65_536, [0.1, 0.4, 0.025], "tirs"),
  row("gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", 1_048_576, 65_536, [0.1, 0.4, 0.01], "tirs"),
  row("gemini-2.5-flash", "Gemini 2.5 Flash", 1_048_576, 65_536, [0.3, 2.5, 0.03], "tirs"),
  row("gemini-2.5-pro", "Gemini 2.5 Pro", 1_048_576, 65_536, [1.25, 10, 0.125], "tirs", [200_000, [2.5, 15, 0.25]]),
];

export const xai: readonly CatalogueModel[] = [
  row("grok-4.3", "Grok 4.3", 1_000_000, 30_000, [1.25, 2.5, 0.2], "tirs", [200_000, [2.5, 5, 0.4]]),
  row("grok-build-0.1", "Grok Build 0.1", 256_000, 256_000, [1, 2, 0.2], "tirs", [200_000, [2, 4, 0.4]]),
  row("grok-4.20-0309-non-reasoning", "Grok 4.20 (Non-Reasoning)", 1_000_000, 30_000, [1.25, 2.5, 0.2], "tis", [200_000, [2.5, 5, 0.4]]),
  row("grok-4.20-0309-reasoning", "Grok 4.20 (Reasoning)", 1_000_000, 30_000, [1.25, 2.5, 0.2], "tirs", [200_000, [2.5, 5, 0.4]]),
];

export const mistral: readonly CatalogueModel[] = [
  row("mistral-medium-2604", "Mistral Medium 3.5", 262_144, 262_144, [1.5, 7.5], "tirs"),
  row("mistral-small-2603", "Mistral Small 4", 256_000, 256_000, [0.15, 0.6], "tir"),
  row("mistral-small-latest", "Mistral Small", 256_000, 256_000, [0.15, 0.6], "tir"),
  row("mistral-medium-2508", "Mistral Medium 3.1", 262_144, 262_144, [0.4, 2], "ti"),
  row("mistral-medium-latest", "Mistral Medium", 262_144, 262_144, [0.4, 2], "ti"),
  row("mistral-small-2506", "Mistral Small 3.2", 128_000, 16_384, [0.1, 0.3], "ti"),
  row("mistral-medium-2505", "Mistral Medium 3", 131_072, 131_072, [0.4, 2], "ti"),
  row("magistral-medium-latest", "Magistral Medium", 128_000, 16_384, [2, 5], "tr"),
  row("magistral-small", "Magistral Small", 128_000, 128_000, [0.5, 1.5], "tr"),
  row("mistral-large-2512", "Mistral Large 3", 262_144, 262_144, [0.5, 1.5], "ti"),
  row("mistral-large-latest", "Mistral Large", 262_144, 262_144, [0.5, 1.5], "ti"),
  row("pixtral-large-latest", "Pixtral Large", 128_000, 128_000, [2, 6], "ti"),
];

export const deepseek: readonly CatalogueModel[] = [
  row("deepseek-v4-flash", "DeepSeek V4 Flash", 1_000_000, 384_000, [0.14, 0.28, 0.0028], "trs"),
  row("deepseek-v4-pro", "DeepSeek V4 Pro", 1_000_000, 384_000, [0.435, 0.87, 0.003625], "trs"),
  row("deepseek-chat", "DeepSeek Chat", 1_000_000, 384_000, [0.14, 0.28, 0.0028], "t"),
  row("deepseek-reasoner", "DeepSeek Reasoner", 1_000_000, 384_000, [0.14, 0.28, 0.0028], "tr"),
];

export const moonshot: readonly CatalogueModel[] = [
  row("kimi-k2.7-code-highspeed", "Kimi K2.7 Code HighSpeed", 262_144, 262_144, [1.9, 8, 0.38], "tirs"),
  row("kimi-k2.7-code", "Kimi K2.7 Code", 262_144, 262_144, [0.95, 4, 0.19], "tirs"),
  row("kimi-k2.6", "Kimi K2.6", 262_144, 262_144, [0.95, 4, 0.16], "tirs"),
  row("kimi-k2.5", "Kimi K2.5", 262_144, 262_144, [0.6, 3, 0.1], "tirs"),
  row("kimi-k2-thinking-turbo", "Kimi K2 Thinking Turbo", 262_144, 262_144, [1.15, 8, 0.15], "tr"),
  row("kimi-k2-thinking", "Kimi K2 Thinking", 262_144, 262_144, [0.6, 2.5, 0.15], "tr"),
  row("kimi-k2-0905-preview", "Kimi K2 0905", 262_144, 262_144, [0.6, 2.5, 0.15], "t"),
  row("kimi-k2-turbo-preview", "Kimi K2 Turbo", 262_144, 262_144, [2.4, 10, 0.6], "t"),
];

export const zai: readonly CatalogueModel[] = [
  row("glm-5.2", "GLM-5.2", 1_000_000, 131_072, [1.4, 4.4, 0.26], "trs"),
  row("glm-5.1", "GLM-5.1", 200_000, 131_072, [1.4, 4.4, 0.26], "trs"),
  row("glm-5v-turbo", "GLM-5V-Turbo", 200_000, 131_072, [1.2, 4, 0.24], "tir"),
  row("glm-5-turbo", "GLM-5-Turbo", 200_000, 131_072, [1.2, 4, 0.24], "trs"),
  row("glm-5", "GLM-5", 204_800, 131_072, [1, 3.2, 0.2], "tr"),
  row("glm-4.7-flash", "GLM-4.7-Flash", 200_000, 131_072, [0, 0, 0], "tr"),
  row("glm-4.7-flashx", "GLM-4.7-FlashX", 200_000, 131_072, [0.07, 0.4, 0.01], "tr"),
  row("glm-4.7", "GLM-4.7", 204_800, 131_072, [0.6, 2.2, 0.11], "tr"),
  row("glm-4.6v", "GLM-4.6V", 128_000, 32_768, [0.3, 0.9], "tir"),
  row("glm-4.6", "GLM-4.6", 204_800, 131_072, [0.6, 2.2, 0.11], "tr"),
  row("glm-4.5v", "GLM-4.5V", 64_000, 16_384, [0.6, 1.8], "tir"),
  row("glm-4.5-air", "GLM-4.5-Air", 131_072, 98_304, [0.2, 1.1, 0.03], "tr"),
];

export const alibaba: readonly CatalogueModel[] = [
  row("qwen3.7-plus", "Qwen3.7 Plus", 1_000_000, 65_536, [0.5, 3, 0.05, 0.625], "tir", [256_000, [2, 6, 0.2, 2.5]]),
  row("qwen3.7-max", "Qwen3.7 Max", 1_000_000, 65_536, [2.5, 7.5, 0.5, 3.125], "tr"),
  row("qwen3.6-flash", "Qwen3.6 Flash", 1_000_000, 65_536, [0.1875, 1.125, null, 0.234375], "tirs"),
  row("qwen3.6-27b", "Qwen3.6 27B", 262_144, 65_536, [0.6, 3.6], "tirs"),
  row("qwen3.6-max-preview", "Qwen3.6 Max Preview", 262_144, 65_536, [1.3, 7.8, 0.13, 1.625], "tr"),
  row("qwen3.6-35b-a3b", "Qwen3.6 35B-A3B", 262_144, 65_536, [0.248, 1.485], "tirs"),
  row("qwen3.6-plus", "Qwen3.6 Plus", 1_000_000, 65_536, [0.5, 3, 0.05, 0.625], "tir", [256_000, [2, 6, 0.2, 2.5]]),
  row("qwen3.5-122b-a10b", "Qwen3.5 122B-A10B", 262_144, 65_536, [0.4, 3.2], "tirs"),
  row("qwen3.5-27b", "Qwen3.5 27B", 262_144, 65_536, [0.3, 2.4], "tirs"),
  row("qwen3.5-35b-a3b", "Qwen3.5 35B-A3B", 262_144, 65_536, [0.25, 2], "tirs"),
  row("qwen3.5-plus", "Qwen3.5 Plus", 1_000_000, 65_536, [0.4, 2.4], "tir"),
  row("qwen3.5-397b-a17b", "Qwen3.5 397B-A17B", 262_144, 65_536, [0.6, 3.6], "tirs"),
  row("qwen3-max", "Qwen3 Max", 262_144, 65_536, [1.2, 6], "t"),
  row("qwen3-vl-plus", "Qwen3-VL Plus", 262_144, 32_768, [0.2, 1.6], "tir"),
];

export const minimax: readonly CatalogueModel[] = [
  row("MiniMax-M3", "MiniMax-M3", 1_000_000, 128_000, [0.3, 1.2, 0.06], "tir", [512_000, [0.6, 2.4, 0.12]]),
  row("MiniMax-M2.7-highspeed", "MiniMax-M2.7-highspeed", 204_800, 131_072, [0.6, 2.4, 0.06, 0.375], "tr"),
  row("MiniMax-M2.7", "MiniMax-M2.7", 204_800, 131_072, [0.3, 1.2, 0.06, 0.375], "tr"),
  row("MiniMax-M2.5-highspeed", "MiniMax-M2.5-highspeed", 204_800, 131_072, [0.6, 2.4, 0.06, 0.375], "tr"),
  row("MiniMax-M2.5", "MiniMax-M2.5", 204_800, 131_072, [0.3, 1.2, 0.03, 0.375], "tr"),
  row("MiniMax-M2.1", "MiniMax-M2.1", 204_800, 131_072, [0.3, 1.2], "tr"),
];

export const cohere: readonly CatalogueModel[] = [
  row("north-mini-code-1-0", "North Mini Code", 256_000, 64_000, [0, 0], "trs"),
  row("command-a-plus-05-2026", "Command A Plus", 128_000, 64_000, [2.5, 10], "tirs"),
  row("command-a-translate-08-2025", "Command A Translate", 8_000, 8_000, [2.5, 10], "t"),
  row("command-a-reasoning-08-2025", "Command A Reasoning", 256_000, 32_000, [2.5, 10], "tr"),
  row("command-a-03-2025", "Command A", 256_000, 8_000, [2.5, 10], "t"),
  row("command-r7b-arabic-02-2025", "Command R7B Arabic", 128_000, 4_000, [0.0375, 0.15], "t"),
  row("command-r7b-12-2024", "Command R7B", 128_000, 4_000, [0.0375, 0.15], "t"),
  row("command-r-08-2024", "Command R", 128_000, 4_000, [0.15, 0.6], "t"),
];

export const perplexity: readonly CatalogueModel[] = [
  row("sonar-pro", "Sonar Pro", 200_000, 8_192, [3, 15], "i"),
  row("sonar-reasoning-pro", "Sonar Reasoning Pro", 128_000, 4_096, [2, 8], "ir"),
  row("sonar", "Sonar", 128_000, 4_096, [1, 1], ""),
  row("sonar-deep-research", "Perplexity Sonar Deep Research", 128_000, 32_768, [2, 8], "r"),
];
