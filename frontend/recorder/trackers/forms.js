// That a form was submitted, never with what.

import { elementsOf, listen } from "./listen.js";

export const forms = {
  option: "trackForms",
  attach: ({ emit, flags }) => [
    listen(document, "submit", (event) => {
      const [form] = elementsOf(event);
      if (!form) return;
      const payload = {};
      // Not form.name: a field of that name would be in its place.
      for (const name of flags().of(form).blocked ? [] : ["name", "id"]) if (form.getAttribute(name)) payload[name] = form.getAttribute(name);
      emit("__form_submit", { ...payload, url: location.href });
    }),
  ],
};
