// A client of the token API, as an application might have one.
export class LoggedOut extends Error {}
export class TryLater extends Error {}

export class TokenClient {
  constructor(apiUrl, cookie) {
    this.apiUrl = apiUrl;
    this.headers = { cookie: `animeloop.auth.sid=${cookie}` };
  }

  async token() {
    let reply = await this.post("/auth/token");
    if (reply.code === 1340401) reply = await this.post("/auth/token/new");
    return reply.data.token;
  }

  async post(path) {
    let reply;
    try {
      const response = await fetch(this.apiUrl + path, { method: "POST", headers: this.headers });
      reply = await response.json();
    } catch (error) {
      throw new TryLater(path, { cause: error });
    }
    if (reply.code === 1940102 || reply.code === 1940103) throw new LoggedOut(path);
    if (reply.code === 1950301) throw new TryLater(path);
    return reply;
  }
}
