/**
 * Stands in for `crypto` in the JSON-RPC library, which uses it for the names of pipes that this server never
 * makes: loading it takes longer than all else that the library does at its start.
 */
module.exports = new Proxy({}, { get: (_, name) => require("node:crypto")[name] });
