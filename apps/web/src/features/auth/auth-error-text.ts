interface AuthErrorText {
  readonly title: string;
  readonly advice: string;
}

const texts: Readonly<Record<string, AuthErrorText>> = {
  Verification: {
    title: "This link does not work any more",
    advice: "A sign-in link works once, and only for a while. Ask for a new one.",
  },
  AccessDenied: {
    title: "You can’t sign in here",
    advice: "This account is not allowed on this server. Ask its operator, or use another address.",
  },
  OAuthAccountNotLinked: {
    title: "You signed in another way before",
    advice: "An account with this e-mail address exists already. Sign in the way you did the first time.",
  },
  NoVerifiedEmail: {
    title: "GitHub gave no confirmed e-mail address",
    advice: "Confirm your address at GitHub, or sign in with a link by e-mail.",
  },
  TooManyMails: {
    title: "Too many links for this address",
    advice: "Several sign-in links were sent to it a moment ago. Look for the newest one, or try again later.",
  },
  Configuration: {
    title: "Signing in is not set up right",
    advice: "The server’s sign-in settings have a fault. Its log names it; tell the operator.",
  },
};

/** What a sign-in error's code means, and what to do about it. */
export function authErrorText(code: string | string[] | undefined): AuthErrorText {
  const known = typeof code === "string" ? texts[code] : undefined;
  return known ?? { title: "Signing in did not work", advice: "Try again. If it stays, tell the operator of this server." };
}
