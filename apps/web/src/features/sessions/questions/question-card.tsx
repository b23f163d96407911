"use client";

import type { PermissionRequestView, Question } from "@opencode/core/modules/sessions/contract.ts";
import { MessageCircleQuestionMark } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { Input } from "../../../ui/input.tsx";
import { answersOf, type Choice, emptyChoice, toggleOption } from "./choices.ts";
import { useQuestionAnswering } from "./use-question-answering.ts";

interface QuestionCardProps {
  /** whose question it is: a sub-agent's is answered in its own session */
  sessionId: string;
  request: PermissionRequestView;
  /** the sub-agent that asks; null for the session's own */
  asker: string | null;
  mayAnswer: boolean;
  onAnswered: () => void;
}

/** What the agent wants to know: options, and always room for an answer of one's own. */
export function QuestionCard({ sessionId, request, asker, mayAnswer, onAnswered }: QuestionCardProps) {
  const questions = request.questions ?? [];
  const [choices, setChoices] = useState<readonly Choice[]>(() => questions.map(() => emptyChoice));
  const { answer, dismiss, busy, error } = useQuestionAnswering(sessionId, request.id, onAnswered);
  const answers = answersOf(choices);
  const isEmpty = answers.every((list) => list.length === 0);
  const change = (index: number, choice: Choice) => setChoices(choices.with(index, choice));
  return (
    <section
      aria-label="The agent asks"
      data-testid="question-card"
      className="rounded-xl border border-warning-line bg-surface shadow-pop"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmpty) answer(answers);
        }}
      >
        <div className="max-h-[50dvh] space-y-4 overflow-y-auto px-3.5 pt-3">
          <div role="status" aria-live="assertive" className="flex items-center gap-2">
            <MessageCircleQuestionMark aria-hidden className="size-4 shrink-0 text-warning" />
            <h2 className="font-semibold text-sm">{asker ? `The ${asker} sub-agent asks` : "The agent asks"}</h2>
          </div>
          {questions.map((question, index) => (
            <QuestionField
              key={`${question.header}-${question.question}`}
              question={question}
              choice={choices[index] ?? emptyChoice}
              disabled={!mayAnswer || busy}
              onChange={(choice) => change(index, choice)}
            />
          ))}
          {error ? (
            <p role="alert" className="text-danger text-sm">
              {error}
            </p>
          ) : null}
        </div>
        {mayAnswer ? (
          <div className="flex flex-wrap gap-2 px-3.5 pt-3 pb-3">
            <Button type="submit" size="sm" variant="primary" disabled={isEmpty || busy} busy={busy} data-testid="send-answer">
              Answer
            </Button>
            <Button type="button" size="sm" disabled={busy} onClick={dismiss}>
              Dismiss
            </Button>
          </div>
        ) : (
          <p className="px-3.5 pt-2 pb-3 text-muted text-sm">A member of the workspace has to answer; your role is viewer.</p>
        )}
      </form>
    </section>
  );
}

interface QuestionFieldProps {
  question: Question;
  choice: Choice;
  disabled: boolean;
  onChange: (choice: Choice) => void;
}

function QuestionField({ question, choice, disabled, onChange }: QuestionFieldProps) {
  const { header, options, multiple } = question;
  return (
    <fieldset className="min-w-0 space-y-2" disabled={disabled}>
      <legend className="flex w-full flex-wrap items-center gap-2 text-sm">
        <Badge>{header}</Badge>
        <span className="min-w-0 [overflow-wrap:anywhere]">{question.question}</span>
      </legend>
      <div className="grid gap-1.5 sm:grid-cols-2">
        {options.map(({ label, description }) => {
          const isOn = choice.options.includes(label);
          return (
            <label
              key={label}
              className={cn(
                "flex cursor-pointer items-start gap-2 rounded-lg border px-3 py-2 text-sm transition-colors has-focus-visible:ring-3 has-focus-visible:ring-accent/25",
                isOn ? "border-accent bg-accent-soft" : "border-line hover:bg-hover",
              )}
            >
              <input
                type={multiple ? "checkbox" : "radio"}
                name={`${header}-${question.question}`}
                checked={isOn}
                onChange={() => onChange(toggleOption(choice, label, multiple))}
                className="mt-1 accent-accent"
              />
              <span className="min-w-0">
                <span className="font-medium [overflow-wrap:anywhere]">{label}</span>
                {description ? <span className="block text-muted text-xs">{description}</span> : null}
              </span>
            </label>
          );
        })}
      </div>
      <Input
        value={choice.text}
        placeholder={options.length > 0 ? "Or write an answer of your own" : "Your answer"}
        aria-label={`Your own answer: ${header}`}
        onChange={(event) => {
          const text = event.target.value;
          onChange({ options: multiple || text === "" ? choice.options : [], text });
        }}
      />
    </fieldset>
  );
}
