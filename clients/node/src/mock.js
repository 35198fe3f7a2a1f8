import { ControlPlane } from "./control-plane.js";
import { checkOptions } from "./options.js";
import { Sandbox } from "./sandbox.js";

/**
 * @typedef {import("./control-plane.js").CallOptions} CallOptions
 * @typedef {import("./schema.js").components["schemas"]["SandboxBody"]} SandboxOptions
 */

/** A running mock. `close` stops it, but only if `startMock` started it. */
export class Mock {
  #control;
  #stop;

  /**
   * @param {string} url
   * @param {string | undefined} adminToken
   * @param {() => Promise<void>} stop
   */
  constructor(url, adminToken, stop) {
    /** The origin, such as `http://127.0.0.1:7775`. */
    this.url = url;
    /** The base URL of the mocked API in the sandbox `default`. */
    this.apiUrl = `${url}/api/v2`;
    this.adminUrl = `${url}/__admin`;
    this.adminToken = adminToken;
    this.#control = new ControlPlane(this.adminUrl, adminToken);
    this.#stop = stop;
  }

  /**
   * Create a sandbox: a clone of the fixtures. Sandboxes never see each other.
   *
   * @param {SandboxOptions} [options] `scenario`, and `ttl`: how long the sandbox may idle, such as `10m`
   * @returns {Promise<Sandbox>}
   */
  async sandbox(options = {}) {
    checkOptions("sandbox", options, ["scenario", "ttl"]);
    const made = await this.#control.call("POST", "/sandboxes", { body: options });
    return new Sandbox(new ControlPlane(this.url + made.admin, this.adminToken), made);
  }

  /**
   * A call of the control plane, in the sandbox `default`.
   *
   * @param {string} method
   * @param {string} path such as `/health`
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, path, options) {
    return this.#control.call(method, path, options);
  }

  /**
   * Stop the mock, and with it all sandboxes. Does nothing to a mock that somebody else started.
   *
   * @returns {Promise<void>}
   */
  async close() {
    await this.#stop();
  }

  /** @returns {Promise<void>} */
  async [Symbol.asyncDispose]() {
    await this.close();
  }
}
