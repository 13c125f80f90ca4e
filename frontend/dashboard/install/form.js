import { find } from "../common/dom.js";

/** Makes the tag anew at every change, from the page the form would lead to. */
export function startForm(onResult) {
  const form = find("[data-install-form]");
  const result = find("[data-install-result]");
  const address = find("[data-install-address]", form);
  let wanted = 0;
  let timer;

  const update = async () => {
    wanted += 1;
    const mine = wanted;
    const url = `${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form))}`;
    try {
      const reply = await fetch(url, { headers: { Accept: "text/html" } });
      if (!reply.ok) throw new Error(String(reply.status));
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (mine !== wanted) return;
      const isOpen = Boolean(find("details[open]", result));
      result.replaceChildren(...find("[data-install-result]", page).childNodes);
      if (isOpen) find("details", result).open = true;
      showProblems(find(".problems", page));
      history.replaceState(null, "", url);
      onResult();
    } catch {
      // The button leads to the same page, and shows what is wrong.
      if (mine === wanted) form.requestSubmit();
    }
  };

  const showProblems = (problems) => {
    find(".problems", form)?.remove();
    if (problems) form.prepend(problems);
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.reportValidity() && update(), 250);
  };
  form.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    update();
  });
  // A proxy that speaks https may not have told the server so.
  if (address && address.value !== location.origin && address.value === address.defaultValue && !location.search.includes("address=")) {
    address.value = location.origin;
    soon();
  }
}
