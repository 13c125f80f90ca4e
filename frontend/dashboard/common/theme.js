import { find } from "./dom.js";

const order = ["system", "light", "dark"];
const labels = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

/** The choice is kept in a cookie, so that the server can paint the right theme at once. */
export function startTheme() {
  const button = find("[data-theme-toggle]");
  if (!button) return;
  const root = document.documentElement;
  const path = document.body.dataset.cookiePath || "/";
  const show = () => {
    const label = labels[root.dataset.theme || "system"];
    find("[data-theme-label]", button).textContent = label;
    button.setAttribute("aria-label", `${label}, change`);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const current = root.dataset.theme || "system";
    const next = order[(order.indexOf(current) + 1) % order.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    const life = next === "system" ? 0 : 31536000;
    document.cookie = `sentiero_theme=${next}; path=${path}; max-age=${life}; samesite=lax`;
    show();
    document.dispatchEvent(new CustomEvent("sentiero:theme"));
  });
  show();
}
