"""The ears: what a caller says, and when they have said it. Imports nothing of the rest of the house."""

import os

# CTranslate2's threads spin while they wait, by libgomp's default, and take the cores from everybody: on a busy
# two-core machine an utterance then takes 430 to 600 ms instead of 350 to 420. Read when the library is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
