"""`python -m bot` without root's right to write what may not be written, where root runs the storm."""

from __future__ import annotations

import ctypes
import os
import sys

_DROP = 24
"""PR_CAPBSET_DROP of <sys/prctl.h>."""
_OVERRIDE, _READ_SEARCH = 1, 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of <linux/capability.h>."""

if os.geteuid() == 0:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (_OVERRIDE, _READ_SEARCH):
        if prctl(_DROP, capability, 0, 0, 0) != 0:
            sys.exit("root's rights cannot be dropped here")
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
