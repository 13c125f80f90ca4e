// Fields that no setting reveals: passwords (also once they were one), card data and one-time codes.

const NEVER = new Set(["current-password", "new-password", "one-time-code", "cc-number", "cc-csc", "cc-exp", "cc-exp-month", "cc-exp-year"]);

// Remembers elements, not values; gone with the element.
const everPassword = new WeakSet();

export function rememberTypeChange(live) {
  if (live && live.nodeType === 1) everPassword.add(live);
}

export function isSecret(type, get, live) {
  if (type === "password" || get("type") === "password") {
    if (live) everPassword.add(live);
    return true;
  }
  if (live && everPassword.has(live)) return true;
  if (get("data-rr-is-password") != null) return true;
  const autocomplete = get("autocomplete");
  return typeof autocomplete === "string" && autocomplete.toLowerCase().split(/\s+/).some((token) => NEVER.has(token));
}
