/** A change that can be taken back: `await using change = await sandbox.scenario("db-down")`. */
export class Undo {
  #takeBack;

  /** @param {() => Promise<unknown>} takeBack */
  constructor(takeBack) {
    this.#takeBack = takeBack;
  }

  /**
   * Take the change back.
   *
   * @returns {Promise<void>}
   */
  async undo() {
    await this.#takeBack();
  }

  /** @returns {Promise<void>} */
  async [Symbol.asyncDispose]() {
    await this.undo();
  }
}
