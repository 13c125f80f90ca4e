import "./page.js";
import { find } from "./common/dom.js";
import { startSelection } from "./common/select.js";
import { startRows } from "./sessions/rows.js";

const form = find("[data-select-form]");
if (form) startSelection(form, form.dataset.selectForm);
startRows();
