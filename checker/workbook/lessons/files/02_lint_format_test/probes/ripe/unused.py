"""An import that nobody uses."""

import os
