"""Training and using models of clicks and orders: networks, trees, calibration, metrics, runs."""
