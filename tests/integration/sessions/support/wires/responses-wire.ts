import { z } from "zod";
import { type PlacedStep, pieces, reported } from "./wire-script.ts";

type Event = Record<string, unknown> & { readonly type: string };

const bodySchema = z.looseObject({
  store: z.literal(false),
  input: z.array(z.looseObject({ type: z.string().optional(), call_id: z.string().optional(), encrypted_content: z.string().optional() })),
});

/** What OpenAI would refuse of a history; null when it takes it. */
export function refusedByOpenAi(body: unknown): string | null {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return parsed.error.message;
  const { input } = parsed.data;
  const of = (type: string) => input.filter((item) => item.type === type).map(({ call_id }) => call_id);
  if (JSON.stringify(of("function_call")) !== JSON.stringify(of("function_call_output"))) return "No tool output found for function call";
  const first = input.findIndex(({ call_id }) => call_id?.startsWith("s00"));
  const hasReasoning = input.slice(0, Math.max(0, first)).some((item) => item.type === "reasoning" && item.encrypted_content === "sealed");
  if (first > 0 && !hasReasoning) return "Item of type 'function_call' was provided without its required 'reasoning' item";
  return null;
}

/** A step as the Responses API streams it. */
export function responsesEvents({ thought, text, calls }: PlacedStep): Event[] {
  const { input, cached, output, thinking } = reported;
  const usage = {
    input_tokens: input + cached,
    output_tokens: output,
    input_tokens_details: { cached_tokens: cached },
    output_tokens_details: { reasoning_tokens: thought === null ? 0 : thinking },
  };
  const reasoning = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: thought }], encrypted_content: "sealed" };
  return [
    { type: "response.created", response: { id: "resp_1", model: "gpt", status: "in_progress" } },
    ...(thought === null
      ? []
      : [
          { type: "response.output_item.added", output_index: 0, item: { ...reasoning, summary: [], encrypted_content: "" } },
          ...pieces(thought).map((delta) => ({ type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta })),
          { type: "response.output_item.done", output_index: 0, item: reasoning },
        ]),
    ...(text === null ? [] : pieces(text).map((delta) => ({ type: "response.output_text.delta", output_index: 1, delta }))),
    ...calls.flatMap(({ id, name, json }, index): Event[] => {
      const [output_index, item] = [2 + index, { type: "function_call", id: `fc_${id}`, call_id: id, name }];
      return [
        { type: "response.output_item.added", output_index, item: { ...item, arguments: "" } },
        ...pieces(json).map((delta) => ({ type: "response.function_call_arguments.delta", output_index, delta })),
        { type: "response.output_item.done", output_index, item: { ...item, arguments: json } },
      ];
    }),
    { type: "response.completed", response: { id: "resp_1", model: "gpt", status: "completed", usage } },
  ];
}
