// The rules of the page's scripts. `make lint` runs them from the top of the checkout.

const rules = [
  'array-callback-return', 'curly', 'eqeqeq', 'no-constructor-return',
  'no-cond-assign', 'no-const-assign', 'no-constant-condition', 'no-dupe-else-if', 'no-dupe-keys', 'no-duplicate-case',
  'no-empty', 'no-eval', 'no-fallthrough', 'no-implicit-coercion', 'no-implied-eval', 'no-new-func', 'no-param-reassign',
  'no-promise-executor-return', 'no-redeclare', 'no-return-assign', 'no-script-url', 'no-self-assign', 'no-self-compare',
  'no-sequences', 'no-shadow', 'no-throw-literal', 'no-unreachable', 'no-unsafe-finally', 'no-unsafe-optional-chaining',
  'no-unused-expressions', 'no-unused-vars', 'no-use-before-define', 'no-useless-assignment', 'no-useless-concat',
  'no-useless-return', 'no-var', 'object-shorthand', 'prefer-const', 'prefer-template',
];
const options = {
  curly: ['multi-line'],
  'no-use-before-define': [{ functions: false, variables: false }],
};
// What a server sends is text, never HTML, and the Content-Security-Policy forbids inline styles.
const forbidden = [
  'innerHTML', 'outerHTML', 'insertAdjacentHTML', 'write', 'createContextualFragment', 'parseFromString', 'setHTMLUnsafe',
].map((property) => ({ property, message: 'text is text: use h() or textContent' }));

export default [{
  files: ['**/*.js'],
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    ...Object.fromEntries(rules.map((name) => [name, ['error', ...(options[name] ?? [])]])),
    'no-console': 'error',
    'no-restricted-properties': ['error', ...forbidden],
  },
}];
