// In place of the bundled rrweb: `recorder-core` follows an rrweb build of the operator's own in the same file.

const root = typeof globalThis === "object" ? globalThis : window;

export default root.rrwebRecord || root.rrweb;
