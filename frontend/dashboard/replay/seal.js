/**
 * Closes the frame a recording is rebuilt in: a policy of its own, stricter than this page's, which no document rebuilt in it can take back. Nested frames inherit it.
 * Nothing in it can have the focus, so that no link or field in it answers to the viewer's keyboard.
 *
 * @param origins whose assets an operator allowed.
 */
export function seal(replayer, origins) {
  const { iframe } = replayer;
  iframe.inert = true;
  const rebuild = replayer.rebuildFullSnapshot;
  const closed = new WeakSet();
  const close = () => {
    const { contentDocument } = iframe;
    if (!contentDocument || closed.has(contentDocument)) return;
    closed.add(contentDocument);
    const meta = contentDocument.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = policy(origins);
    contentDocument.head?.append(meta);
  };
  close();
  // Some browsers put a new document into an empty frame a moment after it was made.
  replayer.rebuildFullSnapshot = (...parameters) => {
    close();
    return rebuild.apply(replayer, parameters);
  };
}

function policy(origins) {
  const assets = [...origins, "data:"].join(" ");
  return `default-src 'none'; img-src ${assets}; font-src ${assets}; media-src ${assets}; style-src ${["'unsafe-inline'", ...origins].join(" ")}; form-action 'none'; base-uri 'none'`;
}
