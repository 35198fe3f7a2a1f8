/** The command that starts the mock where neither an option nor ANIMELOOP_MOCK_COMMAND names another. */
const DEFAULT_COMMAND = "animeloop-mock";

// A word, or parts of it in quotes. A backslash is an ordinary character, as in a path of Windows.
const WORD = /(?:[^\s"']+|"[^"]*"|'[^']*')+/g;

/**
 * Split a command into words, as a shell does with blanks and quotes.
 *
 * @param {string | readonly string[] | undefined} command words, or a line such as `python -m mockserver`
 * @returns {string[]} at least one word
 */
export function commandOf(command) {
  const words = typeof command === "string" ? split(command) : [...(command ?? [])];
  return words.length > 0 ? words : [DEFAULT_COMMAND];
}

/** @param {string} line */
function split(line) {
  return (line.match(WORD) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
