"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { currentTodos, type Todo } from "@opencode/core/modules/tools/contract.ts";
import { ChevronDown, Circle, CircleCheck, CircleDot, CircleSlash, ListTodo } from "lucide-react";
import { useMemo, useState } from "react";
import { cn } from "../../../ui/cn.ts";

const looks = {
  pending: { icon: Circle, ink: "text-faint" },
  in_progress: { icon: CircleDot, ink: "text-accent" },
  completed: { icon: CircleCheck, ink: "text-success" },
  cancelled: { icon: CircleSlash, ink: "text-faint" },
} as const;

/** The agent's list of what it still has to do, in one line above the composer; unfolded, all of it. */
export function TodoPanel({ parts }: { parts: SessionView["parts"] }) {
  const todos = useMemo(() => currentTodos(parts), [parts]);
  const [open, setOpen] = useState(false);
  const done = todos.filter(({ status }) => status === "completed" || status === "cancelled").length;
  if (todos.length === 0 || (done === todos.length && !open)) return null;
  const current = todos.find(({ status }) => status === "in_progress") ?? todos.find(({ status }) => status === "pending");
  return (
    <section aria-label="To do" data-testid="todo-panel" className="rounded-xl border border-line bg-surface shadow-card">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 w-full items-center gap-2 rounded-xl px-3.5 py-1.5 text-left text-sm hover:bg-hover"
      >
        <ListTodo aria-hidden className="size-4 shrink-0 text-faint" />
        <span className="shrink-0 tabular-nums">
          {done} of {todos.length}
        </span>
        <span aria-hidden className="h-1 w-16 shrink-0 overflow-hidden rounded-full bg-subtle ring-1 ring-line">
          <span className="block h-full bg-accent transition-[width]" style={{ width: `${(done / todos.length) * 100}%` }} />
        </span>
        <span className="min-w-0 flex-1 truncate text-muted">{open ? "" : current?.content}</span>
        <ChevronDown aria-hidden className={cn("size-4 shrink-0 text-faint transition-transform", open && "rotate-180")} />
      </button>
      {open ? (
        <ul className="max-h-60 space-y-1 overflow-y-auto px-3.5 pb-3">
          {todos.map((todo, index) => (
            <TodoLine
              // biome-ignore lint/suspicious/noArrayIndexKey: a list is always replaced as a whole
              key={index}
              todo={todo}
            />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function TodoLine({ todo: { content, status } }: { todo: Todo }) {
  const { icon: Icon, ink } = looks[status];
  const isOver = status === "completed" || status === "cancelled";
  return (
    <li className="flex items-start gap-2 text-sm">
      <Icon aria-label={status.replace("_", " ")} className={cn("mt-0.5 size-4 shrink-0", ink)} />
      <span className={cn("min-w-0 [overflow-wrap:anywhere]", isOver && "text-faint line-through")}>{content}</span>
    </li>
  );
}
