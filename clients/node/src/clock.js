/** @typedef {import("./control-plane.js").ControlPlane} ControlPlane */

/** The clock of one sandbox. It decides session expiry, token dates and fault windows. */
export class Clock {
  #control;

  /** @param {ControlPlane} control */
  constructor(control) {
    this.#control = control;
  }

  /**
   * The sandbox's time.
   *
   * @returns {Promise<Date>}
   */
  async now() {
    return new Date((await this.#control.call("GET", "/clock")).now);
  }

  /**
   * Freeze the clock.
   *
   * @param {Date | string} [at] such as `2026-01-01T00:00:00Z`; default: the sandbox's time now
   * @returns {Promise<void>}
   */
  async freeze(at) {
    const time = at ?? (await this.now());
    const now = time instanceof Date ? time.toISOString() : time;
    await this.#control.call("PUT", "/clock", { body: { now } });
  }

  /**
   * Move the clock forward, whether it is frozen or not.
   *
   * @param {string} by such as `31h`
   * @returns {Promise<void>}
   */
  async advance(by) {
    await this.#control.call("PUT", "/clock", { body: { advance: by } });
  }

  /**
   * Put the clock back to what it was at the start.
   *
   * @returns {Promise<void>}
   */
  async reset() {
    await this.#control.call("DELETE", "/clock");
  }
}
