"""Browser tests: real Chromium by Playwright. Fixtures of the recorder's tests are in recorder_fixtures.py, of the dashboard's in dashboard_fixtures.py."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from recorder_fixtures import *  # noqa: E402,F401,F403
from dashboard_fixtures import *  # noqa: E402,F401,F403
