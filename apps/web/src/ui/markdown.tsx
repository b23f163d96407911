import { type ComponentProps, isValidElement, memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./code-block.tsx";
import { splitMarkdown } from "./split-markdown.ts";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  // What a model writes must not make the browser call somebody: a picture is shown as the link that it is.
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      {alt || "image"}
    </a>
  ),
  pre: ({ children }) => <Pre>{children}</Pre>,
  table: ({ children }) => (
    <div className="md-table">
      <table>{children}</table>
    </div>
  ),
};

function Pre({ children }: { children?: ReactNode }) {
  if (!isValidElement<ComponentProps<"code">>(children)) return <pre>{children}</pre>;
  const { className, children: code } = children.props;
  const language = /language-([\w+#.-]+)/.exec(className ?? "")?.[1] ?? null;
  return <CodeBlock code={String(code ?? "").replace(/\n$/, "")} language={language} />;
}

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <div className="md-block">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});

/** What a model wrote. Raw HTML in it is shown as text; a growing text costs its last block only. */
export const Markdown = memo(function Markdown({ text, caret = false }: { text: string; caret?: boolean }) {
  const blocks = splitMarkdown(text).map((block, index) => ({ key: `block-${index}`, block }));
  return (
    <div className={caret ? "prose-agent prose-live" : "prose-agent"}>
      {blocks.map(({ key, block }) => (
        <Block key={key} text={block} />
      ))}
    </div>
  );
});
