"""`python -m tui.cli`: the command line without the console script."""

import sys

from tui.cli.app import main

sys.exit(main())
