export { ControlPlaneError } from "./control-plane.js";
export { Mock } from "./mock.js";
export { Sandbox } from "./sandbox.js";
export { startMock } from "./start.js";

/**
 * @typedef {import("./requested.js").RequestedOptions} RequestedOptions
 * @typedef {import("./sandbox.js").Coverage} Coverage
 * @typedef {import("./sandbox.js").Fault} Fault
 * @typedef {import("./sandbox.js").Mail} Mail
 * @typedef {import("./sandbox.js").RecordedRequest} RecordedRequest
 * @typedef {import("./sandbox.js").Session} Session
 * @typedef {import("./sandbox.js").User} User
 * @typedef {import("./schema.js").components} Components
 * @typedef {import("./start.js").StartOptions} StartOptions
 */
