import { type CatalogueModel, row } from "./catalogue-model.ts";

/**
 * Models at clouds and gateways. Dollars a million tokens: [input, output, cache read, cache write]. Source: the public
 * list models.dev (providers/…), as of 2026-07-01. The first model of a provider is taken when nobody names one.
 */
export const bedrock: readonly CatalogueModel[] = [
  row("global.anthropic.claude-sonnet-5", "Claude Sonnet 5 (Global)", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tirs"),
  row("anthropic.claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tirs"),
  row("eu.anthropic.claude-sonnet-5", "Claude Sonnet 5 (EU)", 1_000_000, 128_000, [2.2, 11, 0.22, 2.75], "tirs"),
  row("us.anthropic.claude-sonnet-5", "Claude Sonnet 5 (US)", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tirs"),
  row("global.anthropic.claude-fable-5", "Claude Fable 5 (Global)", 1_000_000, 128_000, [10, 50, 1, 12.5], "tir"),
  row("eu.anthropic.claude-fable-5", "Claude Fable 5 (EU)", 1_000_000, 128_000, [11, 55, 1.1, 13.75], "tir"),
  row("us.anthropic.claude-fable-5", "Claude Fable 5 (US)", 1_000_000, 128_000, [10, 50, 1, 12.5], "tir"),
  row("global.anthropic.claude-opus-4-8", "Claude Opus 4.8 (Global)", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("anthropic.claude-opus-4-8", "Claude Opus 4.8", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("eu.anthropic.claude-opus-4-8", "Claude Opus 4.8 (EU)", 1_000_000, 128_000, [5.5, 27.5, 0.55, 6.875], "tir"),
  row("us.anthropic.claude-opus-4-8", "Claude Opus 4.8 (US)", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("global.anthropic.claude-opus-4-7", "Claude Opus 4.7 (Global)", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("anthropic.claude-opus-4-7", "Claude Opus 4.7", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("eu.anthropic.claude-opus-4-7", "Claude Opus 4.7 (EU)", 1_000_000, 128_000, [5.5, 27.5, 0.55, 6.875], "tir"),
  row("us.anthropic.claude-opus-4-7", "Claude Opus 4.7 (US)", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("global.anthropic.claude-sonnet-4-6", "Claude Sonnet 4.6 (Global)", 1_000_000, 64_000, [3, 15, 0.3, 3.75], "tirs"),
  row("anthropic.claude-sonnet-4-6", "Claude Sonnet 4.6", 1_000_000, 64_000, [3, 15, 0.3, 3.75], "tirs"),
  row("eu.anthropic.claude-sonnet-4-6", "Claude Sonnet 4.6 (EU)", 1_000_000, 64_000, [3.3, 16.5, 0.33, 4.125], "tirs"),
];

export const vertex: readonly CatalogueModel[] = [
  row("claude-sonnet-5@default", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tir"),
  row("claude-opus-4-8@default", "Claude Opus 4.8", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir", [200_000, [10, 37.5, 1, 12.5]]),
  row("claude-opus-4-7@default", "Claude Opus 4.7", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir", [200_000, [10, 37.5, 1, 12.5]]),
  row("claude-sonnet-4-6@default", "Claude Sonnet 4.6", 1_000_000, 128_000, [3, 15, 0.3, 3.75], "tir", [200_000, [6, 22.5, 0.6, 7.5]]),
  row("claude-opus-4-6@default", "Claude Opus 4.6", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir", [200_000, [10, 37.5, 1, 12.5]]),
  row("claude-opus-4-5@20251101", "Claude Opus 4.5", 200_000, 64_000, [5, 25, 0.5, 6.25], "tir"),
  row("claude-haiku-4-5@20251001", "Claude Haiku 4.5", 200_000, 64_000, [1, 5, 0.1, 1.25], "tir"),
  row("claude-sonnet-4-5@20250929", "Claude Sonnet 4.5", 200_000, 64_000, [3, 15, 0.3, 3.75], "tir"),
];

export const foundry: readonly CatalogueModel[] = [
  row("claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tirs"),
  row("claude-fable-5", "Claude Fable 5", 1_000_000, 128_000, [10, 50, 1, 12.5], "tir"),
  row("claude-opus-4-8", "Claude Opus 4.8", 200_000, 128_000, [5, 25, 0.5, 6.25], "tir", [200_000, [10, 37.5, 1, 12.5]]),
  row("claude-sonnet-4-6", "Claude Sonnet 4.6", 1_000_000, 64_000, [3, 15, 0.3, 3.75], "tirs"),
  row("claude-opus-4-6", "Claude Opus 4.6", 200_000, 128_000, [5, 25, 0.5, 6.25], "tir", [200_000, [10, 37.5, 1, 12.5]]),
  row("claude-opus-4-5", "Claude Opus 4.5", 200_000, 64_000, [5, 25, 0.5, 6.25], "tir"),
  row("claude-haiku-4-5", "Claude Haiku 4.5", 200_000, 64_000, [1, 5, 0.1, 1.25], "tirs"),
  row("claude-opus-4-1", "Claude Opus 4.1", 200_000, 32_000, [15, 75, 1.5, 18.75], "tirs"),
  row("claude-sonnet-4-5", "Claude Sonnet 4.5", 200_000, 64_000, [3, 15, 0.3, 3.75], "tirs"),
];

export const azure: readonly CatalogueModel[] = [
  row("gpt-5.5", "GPT-5.5", 1_050_000, 128_000, [5, 30, 0.5], "tirs", [272_000, [10, 45, 1]]),
  row("gpt-5.4-mini", "GPT-5.4 Mini", 400_000, 128_000, [0.75, 4.5, 0.075], "tirs"),
  row("gpt-5.4-nano", "GPT-5.4 Nano", 400_000, 128_000, [0.2, 1.25, 0.02], "tirs"),
  row("gpt-5.4", "GPT-5.4", 1_050_000, 128_000, [2.5, 15, 0.25], "tirs", [272_000, [5, 22.5, 0.5]]),
  row("gpt-5.3-codex", "GPT-5.3 Codex", 400_000, 128_000, [1.75, 14, 0.175], "tirs"),
  row("gpt-5.2-codex", "GPT-5.2 Codex", 400_000, 128_000, [1.75, 14, 0.175], "tirs"),
  row("gpt-5.2", "GPT-5.2", 400_000, 128_000, [1.75, 14, 0.125], "tirs"),
  row("gpt-5.1-codex-mini", "GPT-5.1 Codex Mini", 400_000, 128_000, [0.25, 2, 0.025], "tirs"),
  row("gpt-5.1-codex", "GPT-5.1 Codex", 400_000, 128_000, [1.25, 10, 0.125], "tirs"),
  row("gpt-5.1", "GPT-5.1", 272_000, 128_000, [1.25, 10, 0.125], "tirs"),
  row("gpt-5.1-codex-max", "GPT-5.1 Codex Max", 400_000, 128_000, [1.25, 10, 0.125], "tirs"),
  row("gpt-5-codex", "GPT-5-Codex", 400_000, 128_000, [1.25, 10, 0.13], "tir"),
  row("gpt-5-mini", "GPT-5 Mini", 272_000, 128_000, [0.25, 2, 0.03], "tir"),
  row("gpt-5-nano", "GPT-5 Nano", 272_000, 128_000, [0.05, 0.4, 0.01], "tir"),
];

export const openrouter: readonly CatalogueModel[] = [
  row("anthropic/claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tirs"),
  row("z-ai/glm-5.2", "GLM-5.2", 1_048_576, 32_768, [0.93, 3, 0.18], "trs"),
  row("moonshotai/kimi-k2.7-code", "Kimi K2.7 Code", 262_144, 16_384, [0.74, 3.5, 0.15], "tirs"),
  row("qwen/qwen3.7-plus", "Qwen3.7 Plus", 1_000_000, 65_536, [0.32, 1.28, 0.064, 0.4], "tirs"),
  row("minimax/minimax-m3", "MiniMax-M3", 524_288, 512_000, [0.3, 1.2, 0.06], "tirs"),
  row("anthropic/claude-opus-4.8", "Claude Opus 4.8", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tirs"),
  row("qwen/qwen3.7-max", "Qwen3.7 Max", 1_000_000, 65_536, [1.25, 3.75, 0.25, 1.5625], "trs"),
  row("google/gemini-3.5-flash", "Gemini 3.5 Flash", 1_048_576, 65_536, [1.5, 9, 0.15, 0.083333], "tirs"),
  row("google/gemini-3.1-flash-lite", "Gemini 3.1 Flash Lite", 1_048_576, 65_536, [0.25, 1.5, 0.025, 0.083333], "tirs"),
  row("mistralai/mistral-medium-3-5", "Mistral Medium 3.5", 262_144, 262_144, [1.5, 7.5], "tirs"),
  row("qwen/qwen3.5-plus-20260420", "Qwen3.5 Plus 2026-04-20", 1_000_000, 65_536, [0.3, 1.8, null, 0.375], "tirs"),
  row("qwen/qwen3.6-flash", "Qwen3.6 Flash", 1_000_000, 65_536, [0.1875, 1.125, null, 0.234375], "tirs"),
  row("deepseek/deepseek-v4-flash", "DeepSeek V4 Flash", 1_048_575, 65_536, [0.098, 0.196, 0.02], "trs"),
  row("deepseek/deepseek-v4-pro", "DeepSeek V4 Pro", 1_048_576, 384_000, [0.435, 0.87, 0.003625], "trs"),
  row("openai/gpt-5.5-pro", "GPT-5.5 Pro", 1_050_000, 128_000, [30, 180], "tirs"),
  row("openai/gpt-5.5", "GPT-5.5", 1_050_000, 128_000, [5, 30, 0.5], "tirs"),
  row("qwen/qwen3.6-27b", "Qwen3.6 27B", 262_140, 262_140, [0.285, 2.4], "tirs"),
  row("moonshotai/kimi-k2.6", "Kimi K2.6", 262_144, 262_144, [0.55, 3.2, 0.11], "tirs"),
  row("qwen/qwen3.6-max-preview", "Qwen3.6 Max Preview", 262_144, 65_536, [1.04, 6.24, null, 1.3], "trs"),
  row("qwen/qwen3.6-35b-a3b", "Qwen3.6 35B-A3B", 262_144, 262_144, [0.14, 1], "tirs"),
  row("x-ai/grok-4.3", "Grok 4.3", 1_000_000, 1_000_000, [1.25, 2.5, 0.2], "tirs", [200_000, [2.5, 5, 0.4]]),
  row("anthropic/claude-opus-4.7", "Claude Opus 4.7", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tirs", [200_000, [10, 37.5, 1, 12.5]]),
  row("x-ai/grok-build-0.1", "Grok Build 0.1", 256_000, 256_000, [1, 2, 0.2], "tirs"),
  row("z-ai/glm-5.1", "GLM-5.1", 65_536, 128_000, [0.975, 4.3], "trs"),
];

export const vercel: readonly CatalogueModel[] = [
  row("anthropic/claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "tir"),
  row("zai/glm-5.2", "GLM 5.2", 1_000_000, 128_000, [1.5, 4.5, 0.3], "trs"),
  row("moonshotai/kimi-k2.7-code", "Kimi K2.7 Code", 256_000, 32_768, [0.95, 4, 0.19], "tirs"),
  row("alibaba/qwen3.7-plus", "Qwen 3.7 Plus", 1_000_000, 64_000, [0.4, 1.6, 0.08, 0.5], "tir"),
  row("minimax/minimax-m3", "MiniMax M3", 1_000_000, 1_000_000, [0.3, 1.2, 0.06], "tir"),
  row("anthropic/claude-opus-4.8", "Claude Opus 4.8", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
  row("alibaba/qwen3.7-max", "Qwen 3.7 Max", 991_000, 64_000, [1.25, 3.75, 0.25, 1.5625], "tr"),
  row("xai/grok-build-0.1", "Grok Build 0.1", 256_000, 256_000, [1, 2, 0.2], "tirs"),
  row("google/gemini-3.5-flash", "Gemini 3.5 Flash", 1_000_000, 64_000, [1.5, 9, 0.15], "tirs"),
  row("google/gemini-3.1-flash-lite", "Gemini 3.1 Flash Lite", 1_000_000, 65_000, [0.25, 1.5, 0.03], "tirs"),
  row("xai/grok-4.3", "Grok 4.3", 1_000_000, 1_000_000, [1.25, 2.5, 0.2], "tirs"),
  row("mistral/mistral-medium-3.5", "Mistral Medium Latest", 256_000, 256_000, [1.5, 7.5], "tir"),
  row("openai/gpt-5.5-pro", "GPT 5.5 Pro", 1_000_000, 128_000, [30, 180], "tirs"),
  row("openai/gpt-5.5", "GPT 5.5", 1_000_000, 128_000, [5, 30, 0.5], "tirs"),
  row("deepseek/deepseek-v4-flash", "DeepSeek V4 Flash", 1_000_000, 384_000, [0.14, 0.28, 0.0028], "trs"),
  row("deepseek/deepseek-v4-pro", "DeepSeek V4 Pro", 1_000_000, 384_000, [0.435, 0.87, 0.0036], "trs"),
  row("alibaba/qwen3.6-27b", "Qwen 3.6 27B", 256_000, 256_000, [0.6, 3.6], "tirs"),
  row("alibaba/qwen-3.6-max-preview", "Qwen 3.6 Max Preview", 240_000, 64_000, [1.3, 7.8, 0.26, 1.625], "tr"),
  row("moonshotai/kimi-k2.6", "Kimi K2.6", 262_000, 262_000, [0.95, 4, 0.16], "tirs"),
  row("anthropic/claude-opus-4.7", "Claude Opus 4.7", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "tir"),
];
