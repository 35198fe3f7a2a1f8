// A client of the token API, as an application might have one. It knows nothing of the mock.
export class LoggedOut extends Error {}
export class TryLater extends Error {}

export class TokenClient {
  /**
   * @param {string} apiUrl
   * @param {string} cookieHeader such as `animeloop.auth.sid=…`
   */
  constructor(apiUrl, cookieHeader) {
    this.apiUrl = apiUrl;
    this.cookieHeader = cookieHeader;
  }

  /** @returns {Promise<string>} the user's token; a new one if there is none */
  async token() {
    let reply = await this.#post("/auth/token");
    if (reply.code === 1340401) reply = await this.#post("/auth/token/new");
    if (reply.status !== "success") throw new Error(`${reply.code} ${reply.message}`);
    return reply.data.token;
  }

  /** Revoke the token. It makes no difference whether there is one. */
  async revoke() {
    const reply = await this.#post("/auth/token/revoke");
    if (reply.status !== "success") throw new Error(`${reply.code} ${reply.message}`);
  }

  /** @param {string} path */
  async #post(path) {
    let reply;
    try {
      const response = await fetch(this.apiUrl + path, {
        method: "POST",
        headers: { cookie: this.cookieHeader },
      });
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
      reply = await response.json();
    } catch (cause) {
      throw new TryLater(path, { cause });
    }
    if (reply.code === 1940102 || reply.code === 1940103) throw new LoggedOut(path);
    if (reply.code === 1950301) throw new TryLater(path);
    return reply;
  }
}
