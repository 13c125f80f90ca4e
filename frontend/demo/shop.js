// The shop itself: cart in local storage, filters, forms that go nowhere, and two things that are broken on purpose.
(() => {
  const $ = (id) => document.getElementById(id);
  const on = (id, type, handler) => $(id)?.addEventListener(type, handler);
  const money = (euros) => `€${euros}`;

  // --- Cart ---------------------------------------------------------------------------------------------------------
  const key = "trailhead_cart";
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } };
  const write = (cart) => { localStorage.setItem(key, JSON.stringify(cart)); draw(); };
  const total = (cart) => Object.values(cart).reduce((sum, line) => sum + line.price * line.count, 0);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const cart = read();
    const { add: id, name, price } = button.dataset;
    const count = Math.max(1, Math.min(9, Number($("quantity")?.value) || 1));
    cart[id] = { name, price: Number(price), count: Math.min(9, (cart[id]?.count || 0) + count) };
    write(cart);
    const before = button.textContent;
    button.textContent = "Added";
    setTimeout(() => { button.textContent = before; }, 1200);
  });

  function line(id, { name, price, count }) {
    const row = document.createElement("tr");
    const cell = (...children) => { const td = document.createElement("td"); td.append(...children); row.append(td); return td; };
    const button = (label, title, change) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = label;
      element.title = title;
      element.setAttribute("aria-label", `${title}: ${name}`);
      element.addEventListener("click", () => { const cart = read(); change(cart); write(cart); });
      return element;
    };
    const link = document.createElement("a");
    link.href = `/products/${id}`;
    link.textContent = name;
    cell(link);
    const counter = document.createElement("span");
    counter.className = "count";
    counter.append(
      button("−", "One less", (cart) => { if (--cart[id].count < 1) delete cart[id]; }),
      String(count),
      button("+", "One more", (cart) => { cart[id].count = Math.min(9, cart[id].count + 1); }));
    cell(counter);
    cell(money(price)).className = "number";
    cell(money(price * count)).className = "number";
    cell(button("Remove", "Remove", (cart) => { delete cart[id]; }));
    return row;
  }

  function draw() {
    const cart = read();
    $("cart-count").textContent = Object.values(cart).reduce((sum, entry) => sum + entry.count, 0);
    if ($("cart-lines")) {
      const lines = Object.entries(cart);
      $("cart-empty").hidden = lines.length > 0;
      $("cart-full").hidden = lines.length === 0;
      $("cart-lines").replaceChildren(...lines.map(([id, entry]) => line(id, entry)));
      $("cart-total").textContent = money(total(cart));
    }
    if ($("checkout-total")) $("checkout-total").textContent = `Total ${money(total(cart))}`;
  }
  draw();

  on("coupon", "submit", (event) => {
    event.preventDefault();
    $("coupon-note").textContent = $("coupon-code").value ? "That voucher has expired." : "Which voucher?";
  });

  // --- Catalogue ----------------------------------------------------------------------------------------------------
  const cards = $("cards");
  const asChosen = cards ? [...cards.children] : [];
  function filter() {
    const text = $("filter-text").value.trim().toLowerCase();
    const category = $("filter-category").value;
    const price = Number($("filter-price").value);
    $("filter-price-shown").textContent = price;
    let shown = 0;
    for (const card of asChosen) {
      const fits = (!category || card.dataset.category === category) && Number(card.dataset.price) <= price && card.textContent.toLowerCase().includes(text);
      card.hidden = !fits;
      shown += fits;
    }
    const order = { price: (a, b) => a.dataset.price - b.dataset.price, name: (a, b) => a.dataset.name.localeCompare(b.dataset.name) }[$("filter-sort").value];
    cards.append(...(order ? [...asChosen].sort(order) : asChosen));
    $("filter-count").textContent = `${shown} of ${asChosen.length}`;
    $("filter-none").hidden = shown > 0;
  }
  on("filters", "input", filter);
  on("filters", "submit", (event) => event.preventDefault());
  on("filter-reset", "click", () => { $("filters").reset(); filter(); });

  // --- Product ------------------------------------------------------------------------------------------------------
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const select = (chosen) => tabs.forEach((tab) => {
    tab.setAttribute("aria-selected", tab === chosen);
    tab.tabIndex = tab === chosen ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
  });
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      const next = tabs[(index + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
      select(next);
      next.focus();
    });
  });
  // Broken on purpose: nobody answers, and nobody has thought of that.
  on("check-stock", "click", async () => {
    $("stock").textContent = "Looking …";
    const answer = await fetch("/stores/nearest?postcode=32043");
    if (!answer.ok) console.warn("The stock service answered", answer.status);
    setTimeout(() => { const stores = undefined; $("stock").textContent = stores.nearest.name; }, 400);
  });

  // --- Checkout -----------------------------------------------------------------------------------------------------
  on("create", "change", (event) => { $("password-field").hidden = !event.target.checked; });
  on("show-password", "click", (event) => {
    const isHidden = $("password").type === "password";
    $("password").type = isHidden ? "text" : "password";
    event.target.textContent = isHidden ? "Hide" : "Show";
    event.target.setAttribute("aria-pressed", isHidden);
  });
  on("checkout", "submit", (event) => {
    event.preventDefault();
    const missing = [...event.target.elements].filter((field) => field.required && !field.value.trim());
    for (const field of event.target.elements) field.removeAttribute("aria-invalid");
    missing.forEach((field) => field.setAttribute("aria-invalid", "true"));
    $("checkout-problem").hidden = missing.length === 0;
    if (missing.length) {
      $("checkout-problem").textContent = `Still needed: ${missing.map((field) => field.closest("label").firstChild.textContent.trim().toLowerCase()).join(", ")}.`;
      missing[0].focus();
      return;
    }
    window.Sentiero?.addCustomEvent?.("order_placed", { total: total(read()), items: Object.keys(read()).length });
    $("place-order").disabled = true;
    $("place-order").textContent = "Placing …";
    setTimeout(() => { localStorage.removeItem(key); location.href = "/thanks"; }, 900);
  });
  if ($("order-number")) $("order-number").textContent = `TH-${1000 + (Date.now() % 9000)}`;

  // --- Account, help, journal ---------------------------------------------------------------------------------------
  on("newsletter", "submit", (event) => {
    event.preventDefault();
    $("newsletter-note").textContent = $("letters").checked ? "The first one comes in spring." : "No letters, then.";
  });
  const answers = [
    [/boot|shoe|size/i, "Half a size up, with the socks you will wear."],
    [/tent|sleep/i, "The Ridgeline fits two who like each other."],
    [/rain|weather|cold/i, "It will be different from the forecast. Take the shell."],
    [/order|deliver|post/i, "It left the valley this morning."],
    [/./, "Good question. I would ask somebody at the next hut."],
  ];
  const speak = (who, text) => {
    const bubble = document.createElement("p");
    bubble.className = who;
    if (who === "me") bubble.setAttribute("data-rr-mask", "");
    bubble.textContent = text;
    $("chat-log").append(bubble);
    $("chat-log").scrollTop = $("chat-log").scrollHeight;
  };
  on("chat-form", "submit", (event) => {
    event.preventDefault();
    const text = $("chat-text").value.trim();
    if (!text) return;
    speak("me", text);
    $("chat-text").value = "";
    setTimeout(() => speak("them", answers.find(([pattern]) => pattern.test(text))[1]), 800);
  });
  on("broken-contact", "click", () => Promise.reject(new Error("Telephone exchange did not answer")));
  on("applaud", "click", () => { $("applause").textContent = Number($("applause").textContent) + 1; });
  on("throw", "click", () => { throw new TypeError("The compass needle came off (thrown on purpose)"); });

  const here = location.pathname;
  for (const link of document.querySelectorAll(".top nav a")) if (link.getAttribute("href") === here) link.setAttribute("aria-current", "page");
})();
