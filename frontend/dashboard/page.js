import { startConfirm } from "./common/confirm.js";
import { startErasure } from "./common/erasure.js";
import { startPurge } from "./common/purge.js";
import { startTheme } from "./common/theme.js";
import { startTimes } from "./common/times.js";
import { startServerActivity } from "./replay/server.js";

startTheme();
startTimes();
startConfirm();
startPurge();
startErasure();
startServerActivity();
