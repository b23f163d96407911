import type { CSSProperties } from "react";
import { bundledLanguages, createHighlighter, type Highlighter } from "shiki/bundle/web";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

let highlighter: Promise<Highlighter> | null = null;

const aliases: Readonly<Record<string, string>> = { sh: "bash", shell: "bash", console: "bash", zsh: "bash", yml: "yaml", py: "python" };

function isKnown(language: string): language is keyof typeof bundledLanguages {
  return Object.hasOwn(bundledLanguages, language);
}

/** Tokens with both themes' colours. Null when the language is not known here. */
export async function highlight(code: string, language: string) {
  return (await loadLanguage(language))?.(code) ?? null;
}

/** What turns code of a language (or with that file extension) into lines of coloured tokens. Null when it is not known here. */
export async function loadLanguage(language: string) {
  const name = language.toLowerCase();
  const lang = aliases[name] ?? name;
  if (!isKnown(lang)) return null;
  highlighter ??= createHighlighter({
    themes: ["github-light", "github-dark"],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const shiki = await highlighter;
  await shiki.loadLanguage(lang);
  return (code: string) => {
    const { tokens } = shiki.codeToTokens(code, { lang, themes: { light: "github-light", dark: "github-dark" }, defaultColor: false });
    return tokens.map((line, lineIndex) => ({
      key: `line-${lineIndex}`,
      tokens: line.map((token) => ({ key: `at-${token.offset}`, content: token.content, style: styleOf(token.htmlStyle) })),
    }));
  };
}

function styleOf(style: Record<string, string> | undefined): CSSProperties {
  return { ...style };
}
