/** What the demo model says to everything that it can't do. */
export const howToAddAModel =
  "I am the demo model, a script that plays the guided tasks on the sample repository: for anything else, add a key in Settings → Providers (or start with ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL set), and a real model takes it from here.";
