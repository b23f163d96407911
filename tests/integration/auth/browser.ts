/** A browser as far as signing in needs one: cookies and redirects, against the app's own route handlers. */
export type Handler = (request: Request) => Promise<Response>;

export interface Visit {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

export function openBrowser(origin: string, handle: Handler) {
  const cookies = new Map<string, string>();

  async function send(path: string, init: RequestInit = {}): Promise<Visit> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await handle(new Request(new URL(path, origin), { ...init, headers }));
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get("location"), text: await response.text() };
  }

  async function post(path: string, fields: Record<string, string>): Promise<Visit> {
    const token: unknown = Reflect.get(Object(JSON.parse((await send("/api/auth/csrf")).text)), "csrfToken");
    const body = new URLSearchParams({ ...fields, csrfToken: String(token) });
    return send(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
  }

  return { cookies, get: (path: string) => send(path), post };
}
