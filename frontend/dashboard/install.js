import "./page.js";
import { startArrivals } from "./install/arrivals.js";
import { startForm } from "./install/form.js";
import { showCopyButtons, startSnippets } from "./sessions/snippet.js";

startSnippets();
startForm(showCopyButtons);
startArrivals();
