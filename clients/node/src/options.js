/**
 * Refuse misspelt options, which would have no effect.
 *
 * @param {string} where the function, for the message
 * @param {object} options
 * @param {readonly string[]} known
 * @throws {TypeError}
 */
export function checkOptions(where, options, known) {
  if (options === null || typeof options !== "object") {
    throw new TypeError(`${where}: expected an object of options, got ${JSON.stringify(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${where}: unknown option '${name}'; expected one of ${known.join(", ")}`);
    }
  }
}
