// What the page's scripts read of the control plane's answers.

interface Health { status: string; version?: string; profile?: string; users: number; sessions: number }
interface Scenario { name: string; description: string; unavailable?: string }
interface Fault {
  id: number; operation: string; endpoint?: string; username?: string; error?: string; after_commit?: boolean;
  wire?: string; delay?: string | { min: string; max: string }; skip?: number; times?: number;
  probability?: number; lasts?: string; expires?: string; fired: number;
}
interface User { username: string; uid: number | null; email: string | null; verified: boolean; token: string | null; scenario: string | null;
  admin?: boolean; tokens?: { id: number; name?: string | null }[] }
interface Session { sid: string; username: string | null; expires: string; cookie_header: string }
interface Sandbox { id: string; api_url: string }
interface Pair { endpoint: string; code: number; count: number }
interface Coverage { page: string; documented: number; covered: number; percent: number; pairs: Pair[]; forced: Pair[] }
interface Mail {
  id: number; to: string; username: string; subject: string; time: string; link: string; delivered: boolean; reason: string | null;
}
interface Entry {
  id: number; time: string; method: string; path: string; status: number; code: number | null; username: string | null; sid: string | null;
  scenario: string | null; faults: { source: string; operation: string; effect: string }[]; explain: string[]; warnings: string[];
  duration_ms: number;
  request: { headers: Record<string, string>; query: string; body: string; truncated: boolean };
  response: { headers: Record<string, string>; body: string; truncated: boolean };
}

/** A user as a row shows it: with the number of live and of expired sessions. */
interface Row { user: User; live: number; dead: number; isWhole: boolean }
/** Does some work, then says what is done, or what was wrong. */
type Act = (work: () => unknown, done?: string) => Promise<void>;
