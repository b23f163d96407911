import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface GithubPerson {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  readonly emails: readonly { email: string; primary: boolean; verified: boolean }[];
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

/** GitHub's sign-in and the two API calls that follow it, for one person who always agrees. */
export async function startGithub(client: { id: string; secret: string }) {
  let person: GithubPerson = { id: 1, login: "nobody", name: null, emails: [] };
  const codes = new Map<string, string>();

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/login/oauth/authorize" && url.searchParams.get("client_id") === client.id) {
      const code = `code-${codes.size}`;
      codes.set(code, url.searchParams.get("code_challenge") ?? "");
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      const state = url.searchParams.get("state");
      if (state) back.searchParams.set("state", state);
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === "/login/oauth/access_token") {
      const body = await bodyOf(request);
      const basic = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
      const knowsSecret = basic === `${client.id}:${client.secret}` || body.get("client_secret") === client.secret;
      if (!knowsSecret || !codes.delete(body.get("code") ?? "")) return json({ error: "bad_verification_code" }, 400);
      return json({ access_token: "gho_test", token_type: "bearer", scope: "read:user,user:email" });
    }
    if (request.headers.authorization !== "Bearer gho_test") return json({ message: "Bad credentials" }, 401);
    if (url.pathname === "/api/v3/user")
      return json({ id: person.id, login: person.login, name: person.name, email: null, avatar_url: null });
    if (url.pathname === "/api/v3/user/emails") return json(person.emails);
    return json({ message: "Not Found" }, 404);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    become: (next: GithubPerson) => {
      person = next;
    },
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
