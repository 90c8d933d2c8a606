"""The local internet: every platform's shape over loopback, with invented people and faults.

    python tools/internet --port 9000 --seed 7 --speed 60

Modules are imported as `internet.world`, `internet.invent` and so on, with `tools/` on the path.
A platform is one class in `platforms/<name>.py`; every class there that has `hosts` and `respond`
is served. `invent.happenings` gives it its month, `script.Script` tells what stands when.
"""
