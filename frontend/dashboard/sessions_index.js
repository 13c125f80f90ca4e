import "./page.js";
import { startBulk } from "./sessions/bulk.js";
import { startRows } from "./sessions/rows.js";
import { startSnippets } from "./sessions/snippet.js";
import { startWaiting } from "./sessions/waiting.js";

startBulk();
startRows();
startSnippets();
startWaiting();
